import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { renderReports } from '../../src/report/render-reports.ts';
import { tableMarkdown, tableOf, tableText } from '../../src/report/table.ts';
import { terminalSummary } from '../../src/report/terminal.ts';
import { flakyWanRun } from './flaky-wan-run.ts';
import { assertGolden } from './golden.ts';

describe('the reports of flaky-wan', () => {
  const text = flakyWanRun(1);
  const rendered = renderReports(text);

  for (const name of ['report.json', 'junit.xml', 'summary.md']) {
    it(name, () => {
      assertGolden(`flaky-wan/${name}`, rendered.files[name] ?? '');
    });
  }

  it('terminal', () => {
    const options = { color: false, reportPath: 'reports/1/report.html' };
    const summary = terminalSummary(rendered.report, options);
    assertGolden('flaky-wan/terminal.txt', summary);
    assert.match(summary, /report {2}reports\/1\/report\.html\n$/);
  });

  it('are the same again from the same three files', () => {
    assert.deepEqual(renderReports(flakyWanRun(1)).files, rendered.files);
  });

  it('carry the digest of events.ndjson as it lies on disk', () => {
    const digest = createHash('sha256').update(Buffer.from(text.events)).digest('hex');
    assert.equal(rendered.report.digest, digest);
  });

  it('are all written for a run that was killed in the middle of a line', () => {
    const cut = text.events.slice(0, Math.floor(text.events.length / 2));
    const { report, files } = renderReports({ ...text, events: cut, host: '' });
    assert.equal(report.verdict.outcome, 'fail');
    assert.equal(report.run.endReason, 'cut');
    assert.equal(report.clean.outcome, 'unknown');
    assert.ok(report.checks.some(({ outcome }) => outcome === 'inconclusive'));
    assert.deepEqual(Object.keys(files), ['report.json', 'junit.xml', 'summary.md']);
  });

  it('are all written for a run without any event', () => {
    const { report } = renderReports({ ...text, events: '', host: '' });
    assert.equal(report.verdict.outcome, 'inconclusive');
    assert.match(report.verdict.reason, /killed/);
  });

  it('as a table over seeds', () => {
    const table = tableOf([1, 2, 3].map((seed) => renderReports(flakyWanRun(seed)).report));
    assertGolden('flaky-wan/table.txt', tableText(table));
    assertGolden('flaky-wan/table.md', tableMarkdown(table));
    assert.deepEqual(new Set(table.rows.map(({ digest }) => digest)).size, 3);
  });
});
