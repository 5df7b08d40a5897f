import assert from 'node:assert/strict';
import { chaosRun, measure, onlyReport } from './chaos-run.ts';

const HELLO_S = 2;
const MAX_AGE_S = 20;
const FORWARD_DELAY_S = 15;
const WARP = ['--kernel', 'embedded', '--clock', 'warp'];

/**
 * A ring of three switches with one blocked port; the link from the root to the switch that has it is cut. Times of
 * port states are exact in the warp clock; what may vary is where in a hello interval the cut falls. IEEE 802.1D-1998 8.10.
 */
describe('a cut in a ring of STP switches', function () {
  this.timeout(300_000);

  it('silent: max_age and twice the forward delay until the blocked port forwards', async () => {
    const run = await chaosRun('scenarios/stp-silent-cut.yml', ...WARP);
    const report = onlyReport(run);
    assert.equal(report.verdict.outcome, 'pass', run.output);
    const seconds = measure(report, 'not-forwarding');
    const least = MAX_AGE_S + 2 * FORWARD_DELAY_S - HELLO_S;
    assert.ok(seconds >= least && seconds <= least + 2 * HELLO_S, `${seconds} s`);
    assert.ok(measure(report, 'blackout') >= seconds, 'users wait at least as long');
  });

  it('with loss of carrier: twice the forward delay, and the report tells the two apart', async () => {
    const run = await chaosRun('scenarios/stp-carrier-cut.yml', ...WARP);
    const report = onlyReport(run);
    assert.equal(report.verdict.outcome, 'pass', run.output);
    const seconds = measure(report, 'not-forwarding');
    assert.ok(
      seconds >= 2 * FORWARD_DELAY_S && seconds <= 2 * FORWARD_DELAY_S + HELLO_S,
      `${seconds} s`,
    );
    assert.ok(measure(report, 'blackout') >= seconds, 'users wait at least as long');
    const told = report.checks.find((c) => c.name === 'both ends were told');
    assert.equal(told?.outcome, 'pass');
  });
});
