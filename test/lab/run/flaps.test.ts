import assert from 'node:assert/strict';
import type { RunEvent } from '../../../src/run/events.ts';
import { chaosRun, measure, onlyReport } from './chaos-run.ts';

type Edge = Extract<RunEvent, { type: 'edge' }>;

describe('random flaps, several faults in one step, repetitions', function () {
  this.timeout(300_000);
  let events: readonly RunEvent[] = [];
  let report: ReturnType<typeof onlyReport>;

  before(async () => {
    const run = await chaosRun(
      ...['test/lab/run/scenarios/flaps.yml', '--kernel', 'embedded', '--clock', 'warp'],
    );
    report = onlyReport(run);
    const lines = (run.logs[0] ?? '').trimEnd().split('\n');
    events = lines.map((line) => JSON.parse(line) as RunEvent);
  });

  function edges(step: string, ...kinds: readonly Edge['edge'][]): readonly Edge[] {
    return events.filter(
      (e): e is Edge & { t: number } =>
        e.type === 'edge' && e.step === step && kinds.includes(e.edge),
    );
  }

  it('come and go at drawn moments, and end off', () => {
    const changes = edges('noisy', 'on', 'off');
    assert.ok(changes.length > 10);
    assert.deepEqual(
      changes.map(({ edge }) => edge),
      changes.map((_, i) => (i % 2 === 0 ? 'on' : 'off')),
    );
    assert.equal(changes.at(-1)?.edge, 'off');
    const gaps = changes.slice(1).map(({ scheduled }, i) => scheduled - (changes[i]?.scheduled ?? 0));
    const off = gaps.filter((_, i) => i % 2 === 1).map((ns) => ns / 1e6);
    assert.ok(off.every((ms) => ms >= 200 && ms <= 800), off.join(' '));
    assert.equal(new Set(gaps).size, gaps.length);
    // one step of the clock is 20 us; what the room does takes no time
    for (const { scheduled, from, to } of changes) {
      assert.ok(from >= scheduled && to - scheduled <= 20e3, `${from - scheduled} ${to - scheduled} ns`);
    }
  }); // prettier-ignore

  it('bring several faults in one transaction: what a moment reads back has both', () => {
    const on = edges('noisy', 'on')[1];
    assert.ok(on);
    const read = events.flatMap((e) =>
      e.type === 'in-force' && e.step === 'noisy' && e.t === on.to ? [e.readBack] : [],
    );
    assert.equal(read.length, 2, 'both directions');
    for (const text of read) assert.match(text, /5ms|5 ms|delay/);
  });

  it('lose what they lose: the time without an answer is the time in force', () => {
    const [on, off] = [edges('noisy', 'on'), edges('noisy', 'off')];
    const inForceS = on.reduce((sum, { from }, i) => sum + ((off[i]?.to ?? 0) - from) / 1e9, 0);
    const lostS = measure(report, 'lost[noisy]');
    // every packet for itself, a hundred a second: one interval a flap at each end
    assert.ok(Math.abs(lostS - inForceS) <= on.length * 0.02, `${lostS} s of ${inForceS} s`);
  });

  it('repeat at their exact distances, each a window of its own', () => {
    const starts = [1, 2, 3, 4, 5].map((n) => edges(`cut[${n}]`, 'start')[0]?.scheduled ?? NaN);
    assert.deepEqual(
      starts,
      [24, 26, 28, 30, 32].map((s) => s * 1e9),
    );
    for (const n of [1, 2, 3, 4, 5]) {
      assert.ok(Math.abs(measure(report, `lost[cut[${n}]]`) - 0.5) < 0.03);
    }
  });
});
