import assert from 'node:assert/strict';
import { chaosRun, onlyReport, type Report } from './chaos-run.ts';

const SCENARIO = 'test/lab/run/scenarios/not-delivered.yml';

interface DosedReport extends Report {
  readonly dose: { readonly outcome: string; readonly problems: readonly string[] };
  readonly faults: readonly (Report['faults'][number] & {
    readonly doses: readonly { readonly seen: number; readonly judged: string }[];
  })[];
}

describe('a run whose faults do not do what is asked of them', function () {
  this.timeout(120_000);

  it('is inconclusive, though every check passes, and says which fault and why', async () => {
    const run = await chaosRun(SCENARIO, '--kernel', 'embedded', '--clock', 'warp');
    assert.equal(run.code, 2, run.output);
    const report = onlyReport(run) as DosedReport;
    assert.deepEqual([...new Set(report.checks.map(({ outcome }) => outcome))], ['pass']);
    assert.equal(report.verdict.outcome, 'inconclusive');
    assert.equal(report.dose.outcome, 'not-delivered');
    const why = /refused: left: ip link set eth9 up: exit code 1: Cannot find device "eth9"/;
    assert.match(report.dose.problems.join('\n'), why);
    assert.match(run.output, /not the dose asked for: refused: left: ip link set eth9 up/);
  });

  it('says of a fault that met no packet that it met none', async () => {
    const run = await chaosRun(SCENARIO, '--kernel', 'embedded', '--clock', 'warp');
    const { faults } = onlyReport(run) as DosedReport;
    const silent = faults.find(({ step }) => step === 'silent');
    assert.deepEqual(
      silent?.doses.map(({ seen, judged }) => `${seen} ${judged}`),
      ['0 nothing-met-it', '0 nothing-met-it'],
    );
  });
});
