import assert from 'node:assert/strict';
import { changed, plan } from './fixture.ts';

interface Lengths {
  readonly on: readonly number[];
  readonly off: readonly number[];
}

/** Lengths in s of the spans of a flap over a day, without the last, which the end of the step cuts. */
function lengths(on: string, off: string, seed = 1): Lengths {
  const text = changed('flap: { on: 2s, off: 4s }', `flap: { on: '${on}', off: '${off}' }`);
  const step = plan(text.replace('for: 1m', 'for: 1440m'), { seed }).steps.find(
    ({ id }) => id === 'flapping',
  );
  const active = step?.active ?? [];
  const whole = active.slice(0, -1);
  return {
    on: whole.map(({ fromNs, toNs }) => (toNs - fromNs) / 1e9),
    off: whole.map(({ toNs }, i) => ((active[i + 1]?.fromNs ?? NaN) - toNs) / 1e9),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The largest distance between what is seen and a distribution function (Kolmogorov and Smirnov), times sqrt(n). */
function distance(values: readonly number[], below: (x: number) => number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const n = sorted.length;
  const each = sorted.map((x, i) => Math.max(below(x) - i / n, (i + 1) / n - below(x)));
  return Math.max(...each) * Math.sqrt(n);
}

/** of 1000 that are right, one is beyond it */
const KOLMOGOROV = 1.95;

describe('plan: random flaps', () => {
  it('are exponential', () => {
    const { on, off } = lengths('exp(2s)', 'exp(4s)');
    assert.ok(on.length > 10_000);
    assert.ok(distance(on, (x) => 1 - Math.exp(-x / 2)) < KOLMOGOROV);
    assert.ok(distance(off, (x) => 1 - Math.exp(-x / 4)) < KOLMOGOROV);
  });

  it('are uniform', () => {
    const { on } = lengths('uniform(1s, 3s)', '1s');
    assert.ok(distance(on, (x) => (x - 1) / 2) < KOLMOGOROV);
  });

  it('are normal', () => {
    const { on } = lengths('normal(5s, 1s)', '1s');
    const deviation = Math.sqrt(mean(on.map((x) => (x - mean(on)) ** 2)));
    assert.ok(Math.abs(mean(on) - 5) < 4 / Math.sqrt(on.length));
    assert.ok(Math.abs(deviation - 1) < 4 / Math.sqrt(2 * on.length));
    const within = on.filter((x) => Math.abs(x - 5) < 1).length / on.length;
    assert.ok(Math.abs(within - 0.6827) < 4 * Math.sqrt((0.6827 * 0.3173) / on.length));
  });

  it('are Pareto', () => {
    const { on } = lengths('pareto(1s, 3)', '1s');
    assert.ok(distance(on, (x) => 1 - x ** -3) < KOLMOGOROV);
  });

  it('may have one side fixed, and parameters', () => {
    const { on, off } = lengths('exp($advert)', '4 * $advert');
    assert.ok(Math.abs(mean(on) - 1) < 0.05);
    assert.deepEqual(new Set(off.map((x) => Math.round(x * 1e3))), new Set([4000]));
  });

  it('are the same for a seed, others for another', () => {
    assert.deepEqual(lengths('exp(2s)', '1s', 7), lengths('exp(2s)', '1s', 7));
    assert.notDeepEqual(lengths('exp(2s)', '1s', 7), lengths('exp(2s)', '1s', 8));
  });

  it('stay within the window and end off', () => {
    for (let seed = 0; seed < 50; seed++) {
      const text = changed('on: 2s, off: 4s', 'on: exp(20s), off: exp(1s)');
      const step = plan(text, { seed }).steps.find(({ id }) => id === 'flapping');
      const last = step?.active.at(-1);
      assert.ok(step && last && last.toNs <= step.endNs && last.fromNs < last.toNs);
    }
  });

  it('differ between repetitions', () => {
    const text = changed('for: 1m, flap: { on: 2s, off: 4s }', 'for: 20s, times: 2, every: 30s, flap: { on: exp(1s), off: 1s }');
    const [first, second] = plan(text).steps.filter(({ id }) => id.startsWith('flapping['));
    const spans = [first, second].map((step) => step?.active.map(({ fromNs }) => fromNs - step.startNs));
    assert.notDeepEqual(spans[0], spans[1]);
  }); // prettier-ignore
});

describe('plan: repetitions and faults together', () => {
  it('cut[1] to cut[5], each a window of its own', () => {
    const text = changed('for: 45s', 'for: 5s, times: 5, every: 20s').replace('measure:', 'measure:\n  each: { time: gw.masters > 1, during: "deaf[3] + 2s" }').replace('during: "deaf[3] + 2s"', "during: 'deaf[3] + 2s'");
    const made = plan(text);
    const ids = made.steps.map(({ id }) => id).filter((id) => id.startsWith('deaf'));
    assert.deepEqual(ids, ['deaf[1]', 'deaf[2]', 'deaf[3]', 'deaf[4]', 'deaf[5]']);
    assert.equal(made.measures.find(({ name }) => name === 'each')?.window.from.of, 'deaf[3]');
    const starts = made.steps.filter(({ id }) => id.startsWith('deaf')).map(({ startNs }) => startNs / 1e9);
    assert.deepEqual(starts.map((s) => s - (starts[0] ?? 0)), [0, 20, 40, 60, 80]);
  }); // prettier-ignore

  it('faults: one step, one window', () => {
    const text = changed('black-hole: { link: dci, toward: west }', 'faults: [{ impair: { link: dci, delay: 5ms } }, { black-hole: { end: "fw-a:eth1" } }]');
    const step = plan(text).steps.find(({ id }) => id === 'deaf');
    assert.deepEqual(step?.faults.map(({ kind }) => kind), ['impair', 'black-hole']);
    assert.equal(step.active.length, 1);
  }); // prettier-ignore
});
