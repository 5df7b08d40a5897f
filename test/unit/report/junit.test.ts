import assert from 'node:assert/strict';
import { XMLParser } from 'fast-xml-parser';
import { junitXml } from '../../../src/report/junit.ts';
import { renderReports } from '../../../src/report/render-reports.ts';
import type { Report } from '../../../src/report/report.ts';
import { flakyWanRun } from '../../golden/flaky-wan-run.ts';

const { report } = renderReports(flakyWanRun(1));

interface Case {
  readonly '@name': string;
  readonly '@classname': string;
  readonly failure?: { readonly '@message': string; readonly '#text': string };
  readonly error?: { readonly '@message': string; readonly '@type': string };
  readonly skipped?: { readonly '@message': string };
}

/** Read by somebody else's parser. */
function read(of: Report): { suite: Record<string, unknown>; cases: Case[] } {
  const xml = junitXml(of);
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '@',
    parseAttributeValue: false,
    isArray: (name) => name === 'testcase' || name === 'property',
  });
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- its successor is one more package
  const parsed = parser.parse(xml, true) as { testsuites: { testsuite: Record<string, unknown> } };
  const suite = parsed.testsuites.testsuite;
  return { suite, cases: suite['testcase'] as Case[] };
}

describe('junit.xml', () => {
  it('is a failure for fail, skipped for known, nothing for pass', () => {
    const { suite, cases } = read(report);
    const kinds = cases.map((one) => [one['@name'], one.failure ? 'failure' : one.error ? 'error' : one.skipped ? 'skipped' : '']); // prettier-ignore
    assert.deepEqual(kinds, [
      ['run', ''],
      ['dual master stays within budget', 'failure'],
      ['users of site a keep working', ''],
      ['one master again after the black hole', ''],
      ['the tree never loops', 'failure'],
      ['site b is up through the flaps', 'skipped'],
      ['adjacency is up at the end', ''],
      ['settled', ''],
    ]);
    assert.deepEqual(
      [suite['@tests'], suite['@failures'], suite['@errors'], suite['@skipped']],
      ['8', '2', '0', '1'],
    );
  });

  it('tells the story of a failure: expected, observed, when, and what the wires said', () => {
    const failure = read(report).cases[1]?.failure;
    assert.match(failure?.['#text'] ?? '', /expected: always gw\.masters <= 1 during bursts/);
    assert.match(failure?.['#text'] ?? '', /------ the violation begins/);
  });

  it('has the seed as a property, and not in any name', () => {
    const { suite, cases } = read(report);
    const properties = (suite['properties'] as { property: Record<string, string>[] }).property;
    assert.ok(properties.some((one) => one['@name'] === 'seed' && one['@value'] === '1'));
    const other = read(renderReports(flakyWanRun(2)).report).cases;
    assert.deepEqual(other.map((one) => one['@name']), cases.map((one) => one['@name'])); // prettier-ignore
  });

  it('has what was set on the command line in the class name', () => {
    const varied = { ...report, run: { ...report.run, variant: ['loss=30%'] } };
    assert.equal(read(varied).cases[0]?.['@classname'], 'flaky-wan[loss=30%]');
  });

  it('is an error for inconclusive', () => {
    const checks = report.checks.map((check) => ({ ...check, outcome: 'inconclusive' as const, notes: ['never known'] })); // prettier-ignore
    const verdict = {
      outcome: 'inconclusive',
      checks: 'inconclusive',
      reason: 'r',
      details: [],
    } satisfies Report['verdict'];
    const { cases } = read({ ...report, checks, verdict });
    assert.equal(cases[0]?.error, undefined);
    assert.equal(cases[1]?.error?.['@message'], 'never known');
  });

  it('is an error of the run itself for not clean, and for what spoiled every check', () => {
    const verdict = {
      outcome: 'not-clean',
      checks: 'pass',
      reason: 'left behind: veth',
      details: [],
    } satisfies Report['verdict'];
    assert.equal(read({ ...report, verdict }).cases[0]?.error?.['@type'], 'not-clean');
    const spoiled = {
      outcome: 'inconclusive',
      checks: 'fail',
      reason: 'stall',
      details: ['by mariadbd'],
    } satisfies Report['verdict'];
    assert.equal(read({ ...report, verdict: spoiled }).cases[0]?.error?.['@message'], 'stall');
  });

  it('survives what daemons print: control characters, markup, half a surrogate', () => {
    const nasty = 'a\u0000b\u001b[31m<c attr="1">&amp;]]>\ud800 \ufffe é 🙂\n\tend';
    const checks = report.checks.map((check) => ({ ...check, name: nasty, observed: nasty, excerpt: [nasty] })); // prettier-ignore
    const { cases } = read({ ...report, checks });
    assert.equal(cases[1]?.failure?.['@message'].includes('<c attr="1">'), true);
    assert.doesNotMatch(junitXml({ ...report, checks }), /[\u0000-\u0008\u001b\ufffe]|\\ud800/);
  });
});
