import { measureText, resolutionText } from '../../figures.ts';
import { measureGrid, type MeasureRow } from '../../measure-grid.ts';
import type { ReportMeasure } from '../../report.ts';
import { data } from './state.ts';
import { glued } from './words.ts';

const { measures } = data.report;
const grid = measureGrid(measures);
const notes = [...new Set(measures.flatMap((measure) => measure.notes))];

/** Figures with how exactly each is known, and from how much. */
export function Measures() {
  if (measures.length === 0) return null;
  return (
    <section aria-labelledby="measures">
      <h2 id="measures">Measures</h2>
      {grid.rows.length > 0 && <Grid />}
      {grid.others.length > 0 && <Others />}
      {notes.length > 0 && (
        <ol class="footnotes">
          {notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ol>
      )}
    </section>
  );
}

function Grid() {
  return (
    <div class="scroll" tabIndex={0} role="group" aria-label="Figures of each step">
      <table>
        <thead>
          <tr>
            <th scope="col">Of each step</th>
            {grid.steps.map((step) => (
              <th scope="col" class="num" key={step}>
                {step}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {grid.rows.map((row) => (
            <tr key={row.name}>
              <Name of={row} />
              {row.cells.map((measure, i) => (
                <td class="num" key={grid.steps[i]}>
                  {measure !== undefined && <Figure measure={measure} />}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Others() {
  return (
    <div class="scroll" tabIndex={0} role="group" aria-label="Figures">
      <table>
        <thead>
          <tr>
            <th scope="col">Measure</th>
            <th scope="col">During</th>
            <th scope="col" class="num">
              Value
            </th>
          </tr>
        </thead>
        <tbody>
          {grid.others.map((measure) => (
            <tr key={measure.name}>
              <Name of={measure} />
              <td class="dim">{measure.window}</td>
              <td class="num">
                <Figure measure={measure} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Name({ of }: { readonly of: Pick<MeasureRow, 'name' | 'form' | 'text'> }) {
  return (
    <th scope="row">
      {of.name}
      <span class="fault-kind">
        {of.form} of {of.text}
      </span>
    </th>
  );
}

function Figure({ measure }: { readonly measure: ReportMeasure }) {
  const within = resolutionText(measure);
  return (
    <>
      <span class="value">{glued(measureText(measure))}</span>
      {measure.notes.length > 0 && (
        <sup>{measure.notes.map((note) => notes.indexOf(note) + 1).join(' ')}</sup>
      )}
      <span class="fault-kind">
        {within !== '' && `${within}, `}n = {measure.n}
      </span>
    </>
  );
}
