import { durationText, trimmed } from '../check/words.ts';
import { columns } from './columns.ts';
import { OUTCOME_WORDS } from './figures.ts';
import { quotedMarkup } from './markup.ts';
import { markdownTable } from './summary-md.ts';
import type { Report, ReportMeasure } from './report.ts';

/** Several runs side by side: a row each, a column for every measure; below them what they say together. */
export interface RunTable {
  readonly schema: 'chaos.table/1';
  readonly scenario: string;
  readonly measures: readonly { readonly name: string; readonly unit: string }[];
  readonly rows: readonly RunTableRow[];
  readonly spread: readonly RunTableSpread[];
}

export interface RunTableRow {
  /** 'seed 3', 'seed 3, loss=30%' */
  readonly label: string;
  readonly id: string;
  readonly seed: number;
  readonly variant: readonly string[];
  readonly outcome: Report['verdict']['outcome'];
  readonly reason: string;
  readonly digest: string;
  /** in order of `measures`; null: not known in this run */
  readonly values: readonly ReportMeasure['value'][];
}

/** Over the runs in which a measure was a known number. One seed is an anecdote; this says how much they differ. */
export interface RunTableSpread {
  readonly measure: string;
  readonly unit: string;
  readonly n: number;
  readonly min: number;
  readonly median: number;
  readonly max: number;
  readonly mean: number;
  /** sample standard deviation; null for one run */
  readonly deviation: number | null;
}

export function tableOf(reports: readonly Report[]): RunTable {
  const first = reports[0];
  const found = new Map<string, string>();
  for (const measure of reports.flatMap((report) => report.measures)) {
    if (!found.has(measure.name) || found.get(measure.name) === '') {
      found.set(measure.name, measure.unit);
    }
  }
  const measures = [...found].map(([name, unit]) => ({ name, unit }));
  const rows = reports.map((report) => rowOf(report, measures));
  const spread = measures.flatMap(({ name, unit }, i) => {
    const numbers = rows.map((row) => row.values[i]).filter((value) => typeof value === 'number');
    return numbers.length === 0 ? [] : [spreadOf(name, unit, numbers)];
  });
  return { schema: 'chaos.table/1', scenario: first?.run.scenario ?? '', measures, rows, spread };
}

function rowOf(report: Report, measures: RunTable['measures']): RunTableRow {
  const { run, verdict } = report;
  return {
    label: [`seed ${String(run.seed)}`, ...run.variant].join(', '),
    id: run.id,
    seed: run.seed,
    variant: run.variant,
    outcome: verdict.outcome,
    reason: verdict.reason,
    digest: report.digest,
    values: measures.map(({ name }) => report.measures.find((m) => m.name === name)?.value ?? null),
  };
}

function spreadOf(measure: string, unit: string, numbers: readonly number[]): RunTableSpread {
  const sorted = [...numbers].sort((a, b) => a - b);
  const n = sorted.length;
  const mean = sorted.reduce((sum, value) => sum + value, 0) / n;
  const squares = sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const [low, high] = [
    sorted[Math.floor((n - 1) / 2)] ?? NaN,
    sorted[Math.ceil((n - 1) / 2)] ?? NaN,
  ];
  return {
    measure,
    unit,
    n,
    min: sorted[0] ?? NaN,
    median: (low + high) / 2,
    max: sorted.at(-1) ?? NaN,
    mean,
    deviation: n < 2 ? null : Math.sqrt(squares / (n - 1)),
  };
}

const SPREADS = ['min', 'median', 'max', 'mean', 'deviation'] as const;

interface Cells {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly spread: readonly (readonly string[])[];
}

function cellsOf(table: RunTable): Cells {
  const value = (row: RunTableRow, i: number): string =>
    cellText(row.values[i] ?? null, table.measures[i]?.unit ?? '');
  const spreadRow = (kind: (typeof SPREADS)[number]): string[] => {
    const cells = table.measures.map(({ name, unit }) => {
      const figure = table.spread.find(({ measure }) => measure === name)?.[kind] ?? null;
      return figure === null ? '' : cellText(figure, unit);
    });
    return [kind, '', ...cells];
  };
  return {
    head: ['run', 'outcome', ...table.measures.map(({ name }) => name)],
    rows: table.rows.map((row) => [
      row.label,
      OUTCOME_WORDS[row.outcome].toLowerCase(),
      ...table.measures.map((_, i) => value(row, i)),
    ]),
    spread: table.rows.length < 2 ? [] : SPREADS.map(spreadRow),
  };
}

function cellText(value: ReportMeasure['value'], unit: string): string {
  if (value === null) return '-';
  if (typeof value !== 'number') return String(value);
  if (unit === 's') return durationText(value * 1e9);
  return `${trimmed(value, 3)}${unit === '' ? '' : ` ${unit}`}`;
}

/** For a terminal: figures to the right, the spread below a line. */
export function tableText(table: RunTable): string {
  const { head, rows, spread } = cellsOf(table);
  const align = head.map((_, i) => (i < 2 ? 'left' : 'right'));
  const lines = columns([head, ...rows, ...spread], align);
  const width = Math.max(...lines.map((line) => line.length));
  const ruled = [
    ...lines.slice(0, rows.length + 1),
    ...(spread.length > 0 ? ['-'.repeat(width), ...lines.slice(rows.length + 1)] : []),
  ];
  return `${ruled.join('\n')}\n`;
}

export function tableMarkdown(table: RunTable): string {
  const { head, rows, spread } = cellsOf(table);
  return `## ${table.scenario}: ${String(rows.length)} runs\n\n${markdownTable(head, [...rows, ...spread])}\n`;
}

/** The table as a page: no script at all. `style` is report.css. */
export function tableHtml(table: RunTable, style: string): string {
  const { head, rows, spread } = cellsOf(table);
  const row = (cells: readonly string[], i: number): string => {
    const outcome = table.rows[i]?.outcome;
    const pill = (cell: string): string =>
      outcome === undefined
        ? quotedMarkup(cell)
        : `<span class="badge ${outcome}">${quotedMarkup(cell)}</span>`;
    return `<tr>${cells
      .map((cell, column) =>
        column === 0
          ? `<th scope="row">${quotedMarkup(cell)}</th>`
          : column === 1
            ? `<td>${cell === '' ? '' : pill(cell)}</td>`
            : `<td class="num">${quotedMarkup(cell)}</td>`,
      )
      .join('')}</tr>`;
  };
  const title = `${table.scenario}: ${String(rows.length)} runs`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${quotedMarkup(title)}</title>
<style>${style}</style>
</head>
<body>
<main class="plain">
<h1>${quotedMarkup(title)}</h1>
<section aria-label="Runs">
<div class="scroll" tabindex="0" role="region" aria-label="Runs and their measures">
<table>
<thead><tr>${head.map((cell, i) => `<th scope="col"${i > 1 ? ' class="num"' : ''}>${quotedMarkup(cell)}</th>`).join('')}</tr></thead>
<tbody>
${rows.map(row).join('\n')}
</tbody>
<tbody class="spread">
${spread.map((cells) => row(cells, -1)).join('\n')}
</tbody>
</table>
</div>
</section>
</main>
</body>
</html>
`;
}
