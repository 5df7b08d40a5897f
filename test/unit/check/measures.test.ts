import assert from 'node:assert/strict';
import { checkContext } from '../../../src/check/evaluate-run.ts';
import { measure, WARP_NOTE } from '../../../src/check/measures.ts';
import type { MeasureResult } from '../../../src/check/result.ts';
import type { PlannedMeasure } from '../../../src/plan/plan.ts';
import { during, edge, makeRun, measureOf, type Spec } from './make-run.ts';

function figure(
  planned: PlannedMeasure,
  spec: Spec,
  clock: 'real' | 'warp' = 'real',
): MeasureResult {
  const { run, events } = makeRun(spec);
  return measure(planned, checkContext(run, events), clock);
}

const masters: Spec = {
  signals: { x: [[-1, 1], [30, 2], [32, 1], [40, 2], [43, 1], [80, 2], [81, 1]] },
  steps: { cut: [20, 60] },
  resolutionMs: 10,
}; // prettier-ignore

const rtt: Spec = {
  signals: { d: [[-1, 10e6], [50, 20e6], [90, 70e6], [99, null]] },
  types: { d: 'duration' },
}; // prettier-ignore

describe('measure', () => {
  const cases: readonly [string, PlannedMeasure, Spec, Partial<MeasureResult>][] = [
    ['time', measureOf('time', 'x > 1', during('cut')), masters, { value: 5, unit: 's', n: 2, resolution: (0.01 * Math.sqrt(2)) }],
    ['longest', measureOf('longest', 'x > 1'), masters, { value: 3, unit: 's', n: 3, resolution: 0.01 }],
    ['count of a condition', measureOf('count', 'x > 1'), masters, { value: 3, unit: '', n: 3, resolution: 0 }],
    ['count of changes', measureOf('count', 'x'), masters, { value: 6 }],
    ['nothing', measureOf('time', 'x > 5'), masters, { value: 0, n: 0 }],
    ['value at a moment', measureOf('value', 'x', { text: 'cut.start + 11s', from: edge('cut', 'start', 11), to: edge('cut', 'start', 11) }), masters, { value: 2, n: 1 }],
    ['value of a condition', measureOf('value', 'x == 1'), masters, { value: true, unit: '' }],
    ['median by time', measureOf('p50', 'd'), rtt, { value: 10, unit: 'ms', n: 3 }],
    ['p99 by time', measureOf('p99', 'd'), rtt, { value: 70, unit: 'ms' }],
    ['min', measureOf('min', 'd'), rtt, { value: 10 }],
    ['max', measureOf('max', 'd'), rtt, { value: 70 }],
    ['a difference keeps the unit', measureOf('max', 'd - 5ms'), rtt, { value: 65, unit: 'ms' }],
    ['a ratio in percent', measureOf('max', 'l'), { signals: { l: [[-1, 0.25]] }, types: { l: 'ratio' } }, { value: 25, unit: '%' }],
  ]; // prettier-ignore

  for (const [name, planned, spec, expected] of cases) {
    it(name, () => {
      const result = figure(planned, spec);
      const seen = Object.fromEntries(
        Object.keys(expected).map((key) => [key, result[key as keyof MeasureResult]]),
      );
      assert.deepEqual(seen, expected);
    });
  }

  const unknown: readonly [string, PlannedMeasure, Spec, RegExp][] = [
    ['a signal that was never known', measureOf('time', 'y > 1'), masters, /y never known/],
    ['a step that was not injected', measureOf('time', 'x > 1', during('other')), masters, /not injected/],
    ['an empty window', measureOf('time', 'x > 1', { text: 'e', from: edge('cut', 'end'), to: edge('cut', 'end') }), masters, /empty/],
    ['a value that is not known then', measureOf('value', 'd'), rtt, /d not known/],
    ['a range without numbers', measureOf('max', 's'), { signals: { s: [[-1, 'full']] }, types: { s: 'state' } }, /no numeric value/],
    ['a measure that crashes', measureOf('time', 'x > $y'), masters, /broke/],
  ]; // prettier-ignore

  for (const [name, planned, spec, note] of unknown) {
    it(`gives no figure for ${name}, and says why`, () => {
      const result = figure(planned, spec);
      assert.equal(result.value, null);
      assert.match(result.notes.join(), note);
    });
  }

  it('leaves out what was not known, and says how much', () => {
    const result = figure(measureOf('time', 'd > 15ms'), rtt);
    assert.equal(result.value, 49);
    assert.match(result.notes.join(), /not known for 1 s of the window/);
  });

  it('says beside a latency, and only there, that warp omits computing', () => {
    assert.deepEqual(figure(measureOf('max', 'd', during('run', -1)), rtt, 'warp').notes, [
      WARP_NOTE,
    ]);
    assert.deepEqual(figure(measureOf('max', 'd', during('run', -1)), rtt, 'real').notes, []);
    assert.deepEqual(figure(measureOf('time', 'x > 1'), masters, 'warp').notes, []);
  });
});
