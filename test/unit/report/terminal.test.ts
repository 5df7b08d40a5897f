import assert from 'node:assert/strict';
import { renderReports } from '../../../src/report/render-reports.ts';
import { summaryMarkdown } from '../../../src/report/summary-md.ts';
import { terminalSummary } from '../../../src/report/terminal.ts';
import { flakyWanRun } from '../../golden/flaky-wan-run.ts';

const { report } = renderReports(flakyWanRun(1));
const plain = { color: false, reportPath: 'reports/x/report.html' };

describe('the end of a run in the terminal', () => {
  it('begins with the verdict in a sentence and ends with the path of the report', () => {
    const lines = terminalSummary(report, plain).trimEnd().split('\n');
    assert.match(
      lines[0] ?? '',
      /^FAIL {2}flaky-wan: dual master stays within budget: gw\.masters/,
    );
    assert.equal(lines.at(-1), 'report  reports/x/report.html');
    assert.match(lines.at(-2) ?? '', /^again {3}chaos run scenarios\/flaky-wan\.yml --seed 1/);
  });

  it('has no escape sequence without colour, and the same words with it', () => {
    const text = terminalSummary(report, plain);
    const coloured = terminalSummary(report, { ...plain, color: true });
    assert.doesNotMatch(text, /\u001b/);
    assert.match(coloured, /\u001b\[31m/);
    assert.equal(coloured.replace(/\u001b\[\d+m/g, ''), text);
  });

  it('says once why no check could be judged, and what the engine said', () => {
    const { run } = flakyWanRun(1);
    const message = "node 'fw-a': service 'zebra' ended\nCould not lock pid_file";
    const ended = { t: 0, type: 'run-ended', reason: 'lab-failed', message };
    const text = terminalSummary(
      renderReports({ run, events: `${JSON.stringify(ended)}\n`, host: '' }).report,
      plain,
    );
    assert.match(text, /^INCONCLUSIVE {2}flaky-wan: the lab could not be brought up: node 'fw-a'.* ended\n {2}Could not lock/); // prettier-ignore
    assert.match(text, /\? none of 7 checks could be judged: the lab never became ready/);
    assert.doesNotMatch(text, /expected/);
  });

  it('lets nothing that a daemon printed steer the terminal', () => {
    const checks = report.checks.map((check) => ({ ...check, excerpt: ['x\u001b[2Jy\u009b1m'] }));
    assert.doesNotMatch(terminalSummary({ ...report, checks }, plain), /[\u001b\u009b]/);
  });

  it('quotes the command so that a shell reads it back', () => {
    const run = { ...report.run, command: ['chaos', 'run', "it's $HOME.yml"] };
    assert.match(terminalSummary({ ...report, run }, plain), /again {3}chaos run 'it'\\''s \$HOME\.yml'/); // prettier-ignore
  });
});

describe('summary.md', () => {
  it('lets no name become markup', () => {
    const checks = report.checks.map((check) => ({ ...check, name: 'a|b <img src=x> `c` *d*' }));
    const text = summaryMarkdown({ ...report, checks });
    assert.match(text, /\| a\\\|b &lt;img src=x&gt; \\`c\\` \\\*d\\\* \|/);
  });
});
