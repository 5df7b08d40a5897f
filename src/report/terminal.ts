import { doseText } from '../check/dose.ts';
import { countText } from '../check/words.ts';
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
import type { Report, ReportCheck, ReportMeasure } from './report.ts';
import { columns } from './columns.ts';
import { countedDoses, framesOf, gotText } from './counted-doses.ts';
import { measureGrid } from './measure-grid.ts';

export interface TerminalOptions {
  readonly color: boolean;
  /** printed last */
  readonly reportPath: string;
}

type Paint = (style: Style, text: string) => string;
type Style = 'bold' | 'dim' | 'good' | 'bad' | 'unsure';

const CODES: Readonly<Record<Style, string>> = {
  bold: '1',
  dim: '2',
  good: '32',
  bad: '31',
  unsure: '33',
};

const OUTCOME_STYLES = {
  pass: 'good',
  fail: 'bad',
  'not-clean': 'bad',
  inconclusive: 'unsure',
  known: 'dim',
} as const;

const MARKS = { pass: '✓', fail: '✗', inconclusive: '?', known: '~' } as const;

/** The end of a run in a terminal: the verdict in a sentence first, the path of the report last. */
export function terminalSummary(report: Report, options: TerminalOptions): string {
  const paint: Paint = (style, text) =>
    options.color && text !== '' ? `\u001b[${CODES[style]}m${text}\u001b[0m` : text;
  const { run, verdict } = report;
  const headline = `${OUTCOME_WORDS[verdict.outcome].toUpperCase()}  ${run.scenario}: ${verdict.reason}`;
  const blocks = [
    [
      paint(OUTCOME_STYLES[verdict.outcome], printable(headline)),
      ...verdict.details.map((line) => `  ${printable(line)}`),
    ],
    allCheckLines(report.checks, paint),
    excerptLines(report, paint),
    section('Measures', measureLines(report), paint),
    section('Dose', doseLines(report), paint),
    [...problemLines(report, paint), ...report.notes.map((note) => paint('dim', `note: ${note}`))],
    [
      `ran     ${paceText(run)}, ${kernelText(run)}, seed ${String(run.seed)}`,
      `digest  ${report.digest}`,
      `again   ${paint('bold', commandText(run.command))}`,
      `report  ${paint('bold', options.reportPath)}`,
    ],
  ];
  const shown = blocks.filter((block) => block.length > 0);
  return `${shown.map((block) => block.join('\n')).join('\n\n')}\n`;
}

/** Where one thing kept every check from being judged, once is enough. */
function allCheckLines(checks: readonly ReportCheck[], paint: Paint): string[] {
  const whys = new Set(checks.map((check) => check.notes[0] ?? ''));
  const [why = ''] = whys;
  const none = checks.every((check) => check.outcome === 'inconclusive' && check.window === null);
  if (!none || whys.size > 1 || checks.length < 2) {
    return checks.flatMap((check) => checkLines(check, paint));
  }
  const count = countText(checks.length, 'check');
  return [paint('unsure', `? none of ${count} could be judged: ${printable(why)}`)];
}

function checkLines(check: ReportCheck, paint: Paint): string[] {
  const head = `${MARKS[check.outcome]} ${printable(check.name)}`;
  const lines = [paint(OUTCOME_STYLES[check.outcome], head)];
  const row = (label: string, text: string): void => {
    if (text !== '') lines.push(`    ${paint('dim', label.padEnd(9))} ${printable(text)}`);
  };
  row('expected', check.expected);
  row('observed', check.observed);
  const spent = check.budget.filter((use) => use.allowed > 0);
  if (check.outcome !== 'inconclusive' || check.margin !== null) {
    row('allowed', budgetText(spent));
    row('margin', marginText(check.margin));
  }
  row('when', whenText(check.violations));
  for (const note of check.notes) row('note', note);
  return lines;
}

function excerptLines(report: Report, paint: Paint): string[] {
  const check = report.checks.find(({ excerpt }) => excerpt.length > 0);
  if (check === undefined) return [];
  const title = `Around the first violation of "${printable(check.name)}" (± 2 s)`;
  return [paint('bold', title), ...check.excerpt.map((line) => `  ${printable(line)}`)];
}

function measureLines(report: Report): string[] {
  const { steps, rows, others } = measureGrid(report.measures);
  const grid = columns(
    [['', ...steps], ...rows.map((row) => [row.name, ...row.cells.map(figureText)])],
    ['left'],
  );
  const rest = columns(
    others.map((measure) => [measure.name, figureText(measure), measure.window]),
    ['left'],
  );
  const notes = new Set(report.measures.flatMap((measure) => measure.notes));
  const lines = [...(rows.length > 0 ? grid : []), ...rest, ...notes];
  return lines.map((line) => `  ${printable(line)}`);
}

/** '5.74 s ± 2.6 ms, n 7' */
function figureText(measure: ReportMeasure | undefined): string {
  if (measure === undefined) return '';
  const figure = `${measureText(measure)} ${resolutionText(measure)}`.trimEnd();
  return `${figure}, n ${String(measure.n)}`;
}

function doseLines(report: Report): string[] {
  const rows = report.faults.flatMap((fault) => {
    const doses = countedDoses(fault);
    if (doses.length === 0) return [[fault.id, fault.asked, fault.measured]];
    return doses.map((dose) => [
      fault.id,
      dose.way,
      `${dose.quantity} asked ${doseText(dose.quantity, dose.asked)}`,
      `got ${gotText(dose)}`,
      `n = ${String(framesOf(dose))}`,
      dose.judged === 'as-asked' ? '' : JUDGED[dose.judged],
    ]);
  });
  return columns(rows, ['left']).map((line) => `  ${printable(line)}`);
}

export const JUDGED = {
  'as-asked': 'as asked',
  off: 'not as asked',
  'nothing-met-it': 'nothing met it',
  'not-counted': 'not counted',
  'not-reached': 'never reached',
} as const;

function problemLines({ dose, host, clean }: Report, paint: Paint): string[] {
  const lines: string[] = [];
  const add = (axis: string, problems: readonly string[]): void => {
    for (const problem of problems) lines.push(paint('unsure', `${axis}: ${printable(problem)}`));
  };
  add('dose', dose.problems);
  add('host', host.problems);
  add('left behind', clean.left);
  if (host.outcome === 'valid' && host.lateCount > 0) {
    lines.push(
      `host: ${countText(host.lateCount, 'send')} late, by at most ${String(host.lateMaxMs)} ms`,
    );
  }
  return lines;
}

function section(title: string, lines: readonly string[], paint: Paint): string[] {
  return lines.length === 0 ? [] : [paint('bold', title), ...lines];
}

/** What a daemon or a file name put into a text must not steer the terminal. */
function printable(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '\ufffd');
}
