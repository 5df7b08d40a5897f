import type { AskedDose, WireDirection, WireWant } from '../wire/want.ts';
import type { FaultPhase, FaultSpan, InLab, LabNames, LabRefusal } from './fault.ts';
import type { ImpairParams } from './impair-schema.ts';
import {
  columnsOf, impairmentOfRow, meanOver, traceParts, type Trace, type TraceColumn,
} from './trace.ts'; // prettier-ignore
import { readTraceCsv } from './trace-csv.ts';

/* Impair with a trace: what it asks changes with every row of a file. */

/** The parameters with the rows in them, so that a plan needs the file no more; undefined: what is wrong was said. */
export function withTrace(
  params: ImpairParams,
  trace: Trace,
  lab: LabNames,
  at: readonly string[],
): InLab<ImpairParams> | LabRefusal | undefined {
  const found = lab.read(trace.file, at);
  if (found === undefined) return undefined;
  const { rows, problems } = readTraceCsv(found.text);
  for (const { line, column, ...said } of problems) found.refuse({ line, column }, said);
  if (problems.length > 0) return undefined;
  if (params.impairment.distribution !== undefined && rows[0]?.jitterNs === undefined) {
    const refusal = `is the distribution of the jitter, and ${trace.file} has none`;
    return { refusal, path: ['distribution'] };
  }
  const file = trace.file.split('/').at(-1) ?? trace.file;
  return { params: { ...params, trace: { ...trace, file, rows } } };
}

/** Outside of its phases, where it never is: all that it can want at once. */
export function traceWants(
  params: ImpairParams,
  trace: Trace,
  at: WireDirection,
  fault: string,
): readonly WireWant[] {
  const worst = columnsOf(trace).map((column): [TraceColumn, number] => {
    const values = trace.rows.map((row) => row[column] ?? 0);
    return [column, column === 'rateBitPerSec' ? Math.min(...values) : Math.max(...values)];
  });
  return [rowWant(params, { atNs: 0, ...Object.fromEntries(worst) }, at, fault)];
}

export function tracePhases(
  params: ImpairParams,
  trace: Trace,
  at: WireDirection,
  fault: string,
  span: FaultSpan,
): readonly FaultPhase[] {
  return traceParts(trace, span).map(({ fromNs, toNs, row, number }) => ({
    ...{ fromNs, toNs, row: number },
    wants: [rowWant(params, row, at, fault)],
  }));
}

function rowWant(
  { match, impairment }: ImpairParams,
  row: Trace['rows'][number],
  { link, direction }: WireDirection,
  fault: string,
): WireWant {
  const own = impairmentOfRow(row);
  const { distribution } = impairment;
  const all = {
    ...own,
    ...(own.jitterNs !== undefined && distribution !== undefined && { distribution }),
  };
  return { kind: 'impair', link, direction, fault, match, impairment: all, changes: true };
}

export function traceAsks(trace: Trace): readonly AskedDose[] {
  const columns = columnsOf(trace);
  const doses: AskedDose[] = [];
  if (columns.includes('lossRatio')) {
    doses.push({ quantity: 'loss', ratio: meanOver(trace, ({ lossRatio = 0 }) => lossRatio) });
  }
  const mean = (column: TraceColumn): number => meanOver(trace, (row) => row[column] ?? 0);
  if (columns.includes('delayNs')) doses.push({ quantity: 'delay', ns: mean('delayNs') });
  if (columns.includes('jitterNs')) doses.push({ quantity: 'jitter', ns: mean('jitterNs') });
  if (columns.includes('rateBitPerSec')) {
    doses.push({ quantity: 'rate', bitPerSec: mean('rateBitPerSec') });
  }
  if (columns.some((column) => column !== 'lossRatio')) {
    doses.push({ quantity: 'impair', ratio: null });
  }
  return doses;
}

export function traceNeedsNetem({ match }: ImpairParams, trace: Trace): boolean {
  const columns = columnsOf(trace);
  const delays = columns.includes('delayNs') || columns.includes('jitterNs');
  return delays || (columns.includes('rateBitPerSec') && Object.keys(match).length > 0);
}
