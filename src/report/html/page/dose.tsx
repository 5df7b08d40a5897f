import { doseText } from '../../../check/dose.ts';
import { countedDoses, framesOf, gotText } from '../../counted-doses.ts';
import { spanMsText } from '../../figures.ts';
import type { ReportDose, ReportFault } from '../../report.ts';
import { JUDGED } from '../../terminal.ts';
import { data, lookAt } from './state.ts';

const { report } = data;

/** What each fault was asked to do, and what it did, by direction, counted where it acts. */
export function Dose() {
  if (report.faults.length === 0) return null;
  return (
    <section aria-labelledby="dose">
      <h2 id="dose">Dose</h2>
      <p class="lead">What every fault was asked to do, and what it did, counted on the wire.</p>
      <div class="scroll" tabIndex={0} role="group" aria-label="Doses">
        <table>
          <thead>
            <tr>
              <th scope="col">Fault</th>
              <th scope="col">When</th>
              <th scope="col">Direction</th>
              <th scope="col">What</th>
              <th scope="col" class="num">
                Asked
              </th>
              <th scope="col" class="num">
                Measured
              </th>
              <th scope="col" class="num">
                Frames
              </th>
              <th scope="col">Judged</th>
            </tr>
          </thead>
          <tbody>{report.faults.flatMap((fault) => rows(fault))}</tbody>
        </table>
      </div>
    </section>
  );
}

function rows(fault: ReportFault) {
  const counted = countedDoses(fault);
  const doses = counted.length === 0 ? [undefined] : counted;
  return doses.map((dose, i) => (
    <tr key={`${fault.id} ${String(i)}`} class={i === 0 ? 'first' : ''}>
      {i === 0 && (
        <>
          <th scope="rowgroup" rowSpan={doses.length}>
            <span class="fault-id">{fault.id}</span>
            <span class="fault-kind">
              {fault.asked.startsWith(fault.kind) ? fault.asked : `${fault.kind}: ${fault.asked}`}
            </span>
          </th>
          <td rowSpan={doses.length}>
            <When fault={fault} />
          </td>
        </>
      )}
      {dose === undefined ? (
        <td colSpan={6}>
          {/* what was done in a node names it */}
          {fault.measured.startsWith('not ') ? `${fault.target}: ` : ''}
          {fault.measured}
        </td>
      ) : (
        <DoseCells dose={dose} />
      )}
    </tr>
  ));
}

function DoseCells({ dose }: { readonly dose: ReportDose }) {
  return (
    <>
      <td class="way">{dose.way}</td>
      <td>{dose.quantity}</td>
      <td class="num">{doseText(dose.quantity, dose.asked)}</td>
      <td class="num">{gotText(dose)}</td>
      <td class="num">{framesOf(dose)}</td>
      <td class={`judged ${dose.judged}`}>{JUDGED[dose.judged]}</td>
    </>
  );
}

function When({ fault }: { readonly fault: ReportFault }) {
  const { startMs, endMs } = fault;
  if (startMs === null || endMs === null) return <>not injected</>;
  const span = { fromMs: startMs, toMs: endMs };
  return (
    <button
      type="button"
      class="link"
      onClick={() => {
        lookAt(span);
      }}
    >
      {spanMsText(span)}
    </button>
  );
}
