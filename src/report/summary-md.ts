import { doseText } from '../check/dose.ts';
import {
  budgetText,
  commandText,
  kernelText,
  marginText,
  measureText,
  OUTCOME_WORDS,
  paceText,
  resolutionText,
  whenText,
} from './figures.ts';
import { countedDoses, framesOf, gotText } from './counted-doses.ts';
import { markup } from './markup.ts';
import { measureGrid } from './measure-grid.ts';
import type { Report, ReportMeasure } from './report.ts';
import { JUDGED } from './terminal.ts';

const ICONS = {
  pass: '✅',
  fail: '❌',
  'not-clean': '🧹',
  inconclusive: '❔',
  known: '☑️',
} as const;

/** summary.md, for the page of a CI job. */
export function summaryMarkdown(report: Report): string {
  const { run, verdict } = report;
  const blocks = [
    `## ${ICONS[verdict.outcome]} ${OUTCOME_WORDS[verdict.outcome]}: ${plain(run.scenario)}`,
    `${plain(verdict.reason)}.`,
    verdict.details.length > 0 ? ['````text', ...verdict.details, '````'].join('\n') : '',
    `${plain(paceText(run))} · ${kernelText(run)} · seed ${String(run.seed)}`,
    markdownTable(
      ['', 'check', 'expected', 'observed', 'allowed', 'margin', 'when'],
      report.checks.map((check) => [
        ICONS[check.outcome],
        check.name,
        check.expected,
        [check.observed, ...check.notes].join('; '),
        budgetText(check.budget.filter((use) => use.allowed > 0)),
        marginText(check.margin),
        whenText(check.violations),
      ]),
    ),
    excerpt(report),
    ...measureTables(report),
    doses(report),
    bullets([...report.dose.problems, ...report.host.problems, ...report.clean.left]),
    bullets(report.notes),
    ['```sh', commandText(run.command), '```'].join('\n'),
    `digest of events.ndjson: \`${report.digest}\``,
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function excerpt(report: Report): string {
  const check = report.checks.find((candidate) => candidate.excerpt.length > 0);
  if (check === undefined) return '';
  return [
    `<details><summary>Around the first violation of ${markup(check.name)} (± 2 s)</summary>`,
    '',
    // four backticks: no summary of a frame can end it
    '````text',
    ...check.excerpt,
    '````',
    '',
    '</details>',
  ].join('\n');
}

function measureTables({ measures }: Report): string[] {
  const { steps, rows, others } = measureGrid(measures);
  const figure = (measure: ReportMeasure | undefined): string =>
    measure === undefined
      ? ''
      : `${measureText(measure)} ${resolutionText(measure)} (n = ${String(measure.n)})`;
  return [
    markdownTable(
      ['measure of each step', ...steps],
      rows.map((row) => [row.name, ...row.cells.map(figure)]),
    ),
    markdownTable(
      ['measure', 'value', 'during', ''],
      others.map((one) => [one.name, figure(one), one.window, one.notes.join('; ')]),
    ),
  ];
}

function doses(report: Report): string {
  const rows = report.faults.flatMap((fault) => {
    const counted = countedDoses(fault);
    if (counted.length === 0) {
      return [[fault.id, fault.kind, fault.target, '', fault.asked, fault.measured, '', '']];
    }
    return counted.map((dose) => [
      fault.id,
      fault.kind,
      dose.way,
      dose.quantity,
      doseText(dose.quantity, dose.asked),
      gotText(dose),
      String(framesOf(dose)),
      JUDGED[dose.judged],
    ]);
  });
  return markdownTable(['fault', 'kind', 'where', '', 'asked', 'measured', 'n', ''], rows);
}

/** '' when there are no rows; columns in which nothing stands are left out. */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  if (rows.length === 0) return '';
  const used = head.map((_, i) => rows.some((row) => (row[i] ?? '') !== ''));
  const line = (cells: readonly string[]): string =>
    `| ${cells.filter((_, i) => used[i] === true).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map((row) => line(row.map(plain)))].join(
    '\n',
  );
}

function bullets(lines: readonly string[]): string {
  return lines.map((line) => `- ${plain(line)}`).join('\n');
}

/** Text that no Markdown reader takes for markup, on one line. */
function plain(text: string): string {
  return markup(text)
    .replace(/[\\`*_[\]|~]/g, '\\$&')
    .replace(/\s+/g, ' ');
}
