import assert from 'node:assert/strict';
import type { RunEvent } from '../../../src/run/events.ts';
import { chaosRun, measure, onlyReport } from './chaos-run.ts';

const SCENARIO = 'test/lab/run/scenarios/acts-and-guards.yml';

describe('acts and guards on a VRRP pair', function () {
  this.timeout(300_000);
  let events: readonly RunEvent[] = [];
  let report: ReturnType<typeof onlyReport>;

  before(async () => {
    const run = await chaosRun(SCENARIO, '--kernel', 'embedded', '--clock', 'warp');
    report = onlyReport(run);
    const lines = (run.logs[0] ?? '').trimEnd().split('\n');
    events = lines.map((line) => JSON.parse(line) as RunEvent);
  });

  function edge(step: string, which: 'start' | 'end'): Extract<RunEvent, { type: 'edge' }> {
    const found = events.find((e) => e.type === 'edge' && e.step === step && e.edge === which);
    assert.ok(found?.type === 'edge', `no ${which} of ${step}`);
    return found;
  }

  it('an act is done, takes its time, and what follows it follows its end', () => {
    const acts = events.filter((e) => e.type === 'act').map(({ step, rc }) => `${step} ${rc}`);
    assert.deepEqual(acts, ['shut 0', 'wait 0', 'open 0']);
    const tookNs = edge('wait', 'end').to - edge('wait', 'start').from;
    assert.ok(tookNs >= 6e9 && tookNs < 6.5e9, `${tookNs}`);
    assert.equal(edge('open', 'start').scheduled, edge('wait', 'end').scheduled + 100e6);
  });

  it('a guard heals its step when its condition has held, to the nanosecond', () => {
    const tripped = events.find((e) => e.type === 'guard' && e.guard === 'both');
    assert.ok(tripped?.type === 'guard');
    assert.equal(edge('cut', 'end').scheduled, tripped.since + 2e9);
    // two masters for the two seconds, and until the next advert is heard
    const seconds = measure(report, 'dual-master[cut]');
    assert.ok(seconds >= 2 && seconds < 2.1, `${seconds}`);
  });

  it('a guard stops the timeline: what goes on ends with it, what comes later is not injected', () => {
    assert.equal(edge('side', 'end').scheduled, edge('again', 'end').scheduled);
    assert.ok(
      events.some((e) => e.type === 'skipped' && e.step === 'later' && e.guard === 'enough'),
    );
  });

  it('guards that checks name are data', () => {
    assert.equal(report.verdict.outcome, 'pass', report.verdict.reason);
  });
});
