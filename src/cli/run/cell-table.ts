import type { Report } from '../../report/report.ts';
import { table } from '../table.ts';

export interface CellRow {
  readonly label: string;
  /** undefined: it did not run; `note` says why */
  readonly report: Report | undefined;
  readonly note: string;
}

/** Several runs side by side: outcome and every measure, one row a run. */
export function cellTable(rows: readonly CellRow[]): string {
  const names = [...new Set(rows.flatMap((row) => row.report?.measures.map((m) => m.name) ?? []))];
  const head = ['run', 'outcome', ...names, ''];
  const body = rows.map(({ label, report, note }) => [
    label,
    report?.verdict.outcome ?? 'not run',
    ...names.map((name) => measured(report, name)),
    note,
  ]);
  return `${table([head, ...body]).join('\n')}\n`;
}

function measured(report: Report | undefined, name: string): string {
  const measure = report?.measures.find((m) => m.name === name);
  if (measure === undefined || measure.value === null) return '-';
  const value =
    typeof measure.value === 'number'
      ? Number(measure.value.toPrecision(6)).toString()
      : String(measure.value);
  return measure.unit === '' ? value : `${value} ${measure.unit}`;
}
