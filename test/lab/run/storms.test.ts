import assert from 'node:assert/strict';
import { chaosRun, measure, onlyReport } from './chaos-run.ts';

const WARP = ['--kernel', 'embedded', '--clock', 'warp', '--seed', '1'];

/** Experiments 5 and 6: what docs/findings says of them, as far as it does not depend on luck. */
describe('a broadcast storm on real bridges and daemons', function () {
  this.timeout(600_000);

  it('in a flat VLAN: at twice what a trunk carries users and adverts are gone; in a loop ten frames never end', async () => {
    const run = await chaosRun('scenarios/flat-vlan-storm.yml', ...WARP);
    const report = onlyReport(run);
    assert.equal(report.verdict.outcome, 'pass', run.output);
    assert.ok(measure(report, 'not-served[storm]') > 30, 'users');
    assert.ok(measure(report, 'dual-master[storm]') > 5, 'the router pair');
    assert.ok(measure(report, 'amplification[storm]') < 1.5, 'no loop to speak of');
    // each of ten frames passes a segment hundreds of times a second
    assert.ok(measure(report, 'amplification[deaf]') > 500, 'a loop');
  });

  it('over VXLAN: it crosses up to what the link carries, and storm control on one port ends it', async () => {
    const open = await chaosRun('scenarios/vxlan-storm.yml', '--set', 'dci=500kbit', ...WARP);
    const report = onlyReport(open);
    assert.equal(report.verdict.outcome, 'pass', open.output);
    // 150 bytes in the tunnel: 417 a second
    const crossing = measure(report, 'storm-at-site-b');
    assert.ok(crossing > 400 && crossing < 430, String(crossing));
    assert.ok(measure(report, 'not-served') > 50, 'users between the sites');
    assert.ok(measure(report, 'underlay-downs') > 0, 'the underlay gives way');
    const shut = await chaosRun('scenarios/vxlan-storm.yml', '--set', 'control=100', ...WARP);
    const controlled = onlyReport(shut);
    assert.equal(controlled.verdict.outcome, 'pass', shut.output);
    assert.deepEqual(
      ['not-served', 'dual-master', 'underlay-downs'].map((name) => measure(controlled, name)),
      [0, 0, 0],
    );
  });
});
