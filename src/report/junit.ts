import { markup } from './markup.ts';
import type { Report, ReportCheck } from './report.ts';
import { commandText, marginText, whenText } from './figures.ts';

/**
 * JUnit XML as CI systems read it: fail is a failure; inconclusive or not clean an error; known is skipped. Names are
 * stable from run to run (the seed is a property, not part of a name).
 */
export function junitXml(report: Report): string {
  const { run } = report;
  const cases = [runCase(report), ...report.checks.map((check) => checkCase(report, check))];
  const count = (tag: string): number => cases.filter((text) => text.includes(`<${tag} `)).length;
  const seconds = (run.durationMs / 1e3).toFixed(3);
  const counts = `tests="${String(cases.length)}" failures="${String(count('failure'))}" errors="${String(count('error'))}" skipped="${String(count('skipped'))}"`;
  const properties = {
    seed: String(run.seed),
    outcome: report.verdict.outcome,
    kernel: run.kernel,
    clock: run.clock,
    digest: report.digest,
    command: commandText(run.command),
  };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="chaos" ${counts} time="${seconds}">`,
    `  <testsuite name="${attribute(className(report))}" ${counts} time="${seconds}" timestamp="${attribute(run.startedAt)}">`,
    '    <properties>',
    ...Object.entries(properties).map(
      ([name, value]) => `      <property name="${name}" value="${attribute(value)}"/>`,
    ),
    '    </properties>',
    ...cases,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

/** `scenario`, `scenario[loss=30%]` */
function className({ run }: Report): string {
  return run.variant.length === 0 ? run.scenario : `${run.scenario}[${run.variant.join(',')}]`;
}

/** The run itself: what spoils all checks at once, and a machine that was not left as found. */
function runCase(report: Report): string {
  const { outcome, reason, checks } = report.verdict;
  const judged = report.checks.some((check) => check.outcome === 'inconclusive');
  const spoiled =
    outcome === 'not-clean' || (outcome === 'inconclusive' && !(checks === outcome && judged));
  const facts = [
    ...report.verdict.details,
    ...report.host.problems,
    ...report.dose.problems,
    ...report.clean.left,
  ];
  const body = spoiled ? element('error', outcome, reason, facts.join('\n')) : '';
  return testCase(report, 'run', body);
}

function checkCase(report: Report, check: ReportCheck): string {
  switch (check.outcome) {
    case 'pass':
      return testCase(report, check.name, check.notes.length > 0 ? systemOut(check.notes) : '');
    case 'fail':
      return testCase(report, check.name, element('failure', 'fail', check.observed, story(check)));
    case 'inconclusive': {
      const why = check.notes[0] ?? check.observed;
      return testCase(report, check.name, element('error', 'inconclusive', why, story(check)));
    }
    case 'known':
      return testCase(
        report,
        check.name,
        `      <skipped message="${attribute(`known: ${check.known ?? ''}`)}"/>\n${systemOut([story(check)])}`,
      );
    default:
      return check.outcome satisfies never;
  }
}

function story(check: ReportCheck): string {
  const lines = [`expected: ${check.expected}`, `observed: ${check.observed}`];
  if (check.margin !== null) lines.push(`margin: ${marginText(check.margin)}`);
  if (check.violations.length > 0) lines.push(`when: ${whenText(check.violations, 10)}`);
  lines.push(...check.notes.map((note) => `note: ${note}`));
  if (check.excerpt.length > 0) lines.push('', ...check.excerpt);
  return lines.join('\n');
}

function testCase(report: Report, name: string, body: string): string {
  const head = `    <testcase classname="${attribute(className(report))}" name="${attribute(name)}" time="0"`;
  return body === '' ? `${head}/>` : `${head}>\n${body}\n    </testcase>`;
}

function element(tag: string, type: string, message: string, body: string): string {
  return `      <${tag} type="${type}" message="${attribute(message)}">${escape(body)}</${tag}>`;
}

function systemOut(lines: readonly string[]): string {
  return `      <system-out>${escape(lines.join('\n'))}</system-out>`;
}

/** XML 1.0 has no way to write most control characters, nor half a surrogate pair. */
function escape(text: string): string {
  const known = text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]/g, '')
    .replace(/\p{Surrogate}/gu, '');
  return markup(known);
}

function attribute(text: string): string {
  return escape(text)
    .replaceAll('"', '&quot;')
    .replaceAll('\t', '&#9;')
    .replaceAll('\n', '&#10;')
    .replaceAll('\r', '&#13;');
}
