import assert from 'node:assert/strict';
import { everKnown, signalHistories, valueAt } from '../../../src/check/signal-history.ts';
import type { RunEvent } from '../../../src/run/events.ts';
import type { SignalValue } from '../../../src/scenario/expression/ast.ts';

const set = (t: number, value: SignalValue, since?: number, signal = 'gw.x'): RunEvent => ({
  t,
  type: 'signal',
  signal,
  value,
  ...(since !== undefined && { since }),
});
const gap = (since: number, t: number, source: string): RunEvent => ({
  t,
  type: 'gap',
  source,
  lost: 3,
  since,
});
const steps = (
  events: RunEvent[],
  signal = 'gw.x',
): readonly (readonly [number, SignalValue])[] => {
  const history = signalHistories(events, new Set(['gw', 'tree'])).get(signal);
  assert.ok(history);
  return history.fromNs.map((at, i) => [at, history.values[i] ?? null]);
};

describe('signalHistories', () => {
  it('makes a step function, without steps that change nothing', () => {
    assert.deepEqual(steps([set(1, 5), set(2, 5), set(3, 6)]), [[1, 5], [3, 6]]); // prettier-ignore
  });

  it('backdates with since, over what was believed meanwhile', () => {
    const events = [set(1, 1), set(5, 2), set(7, 1), set(9, 3, 4)];
    assert.deepEqual(steps(events), [[1, 1], [4, 3]]); // prettier-ignore
  });

  it('backdates before all that was known', () => {
    assert.deepEqual(steps([set(5, 1), set(6, 2, 2)]), [[2, 2]]);
  });

  it('takes the last value of one instant', () => {
    assert.deepEqual(steps([set(1, 1), set(4, 2), set(4, 3)]), [[1, 1], [4, 3]]); // prettier-ignore
  });

  it('knows nothing during a gap of its own source, and afterwards what was set last', () => {
    const events = [set(1, 1), set(5, 2), gap(4, 6, 'gw'), set(9, 3)];
    assert.deepEqual(steps(events), [[1, 1], [4, null], [6, 2], [9, 3]]); // prettier-ignore
  });

  it('blanks every observer when the capture lost frames, and no probe', () => {
    const events = [set(1, 1), set(1, true, undefined, 'users.ok'), gap(4, 6, 'capture')];
    assert.deepEqual(steps(events), [[1, 1], [4, null], [6, 1]]); // prettier-ignore
    assert.deepEqual(steps(events, 'users.ok'), [[1, true]]);
  });

  it('does nothing for a gap without length', () => {
    assert.deepEqual(steps([set(1, 1), gap(4, 4, 'gw')]), [[1, 1]]);
  });
});

describe('valueAt and everKnown', () => {
  const history = signalHistories([set(2, 7), set(5, null), set(8, 9)], new Set()).get('gw.x');

  for (const [at, value] of [[0, null], [2, 7], [4.9, 7], [5, null], [8, 9], [99, 9]] as const) {
    it(`is ${String(value)} at ${String(at)}`, () => {
      assert.equal(valueAt(history, at), value);
    });
  } // prettier-ignore

  for (const [from, to, known] of [[0, 1, false], [0, 2, true], [3, 4, true], [5, 7, false], [6, 8, true], [9, 20, true]] as const) {
    it(`was${known ? '' : ' not'} known in ${String(from)}..${String(to)}`, () => {
      assert.equal(everKnown(history, from, to), known);
    });
  } // prettier-ignore

  it('knows nothing of a signal that does not exist', () => {
    assert.equal(valueAt(undefined, 1), null);
    assert.equal(everKnown(undefined, 0, 9), false);
  });
});
