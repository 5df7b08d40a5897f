import assert from 'node:assert/strict';
import { checkContext } from '../../../src/check/evaluate-run.ts';
import { judgeCheck } from '../../../src/check/checks.ts';
import type { CheckResult } from '../../../src/check/result.ts';
import type { PlannedCheck } from '../../../src/plan/plan.ts';
import {
  always,
  during,
  edge,
  eventually,
  makeRun,
  never,
  S,
  that,
  type Spec,
} from './make-run.ts';

type Values = readonly (readonly [number, number | null])[];

function judge(check: PlannedCheck, spec: Spec): CheckResult {
  const { run, events } = makeRun(spec);
  return judgeCheck(check, checkContext(run, events));
}

/** x over a run of 100 s with a step from 20 s to 60 s */
const x = (values: Values, resolutionMs = 0): Spec => ({
  signals: { x: values },
  steps: { cut: [20, 60] },
  resolutionMs,
});

/** below the limit but for these stretches */
const broken = (...spans: readonly (readonly [number, number])[]): Values => [
  [-1, 1],
  ...spans.flatMap(([from, to]) => [[from, 2], [to, 1]] as const), // prettier-ignore
];

describe('always, with and without a budget', () => {
  const cases: readonly [string, PlannedCheck, Spec, CheckResult['outcome'], RegExp?][] = [
    ['held throughout', always('x <= 1'), x(broken()), 'pass', /held throughout/],
    ['one violation, no budget', always('x <= 1'), x(broken([30, 31])), 'fail', /once, for 1 s/],
    ['a violation outside the window', always('x <= 1', {}, during('cut')), x(broken([70, 71])), 'pass'],
    ['a violation that reaches into the window', always('x <= 1', {}, during('cut')), x(broken([10, 21])), 'fail', /for 1 s/],
    ['within the longest', always('x <= 1', { longest: 4 }), x(broken([30, 33])), 'pass'],
    ['exactly the longest', always('x <= 1', { longest: 4 }), x(broken([30, 34])), 'pass'],
    ['beyond the longest', always('x <= 1', { longest: 4 }), x(broken([30, 34.001])), 'fail'],
    ['within the total', always('x <= 1', { total: 5 }), x(broken([30, 32], [40, 42])), 'pass'],
    ['beyond the total', always('x <= 1', { total: 3 }), x(broken([30, 32], [40, 42])), 'fail'],
    ['as many episodes as allowed', always('x <= 1', { episodes: 2 }), x(broken([30, 32], [40, 42])), 'pass'],
    ['more episodes than allowed', always('x <= 1', { episodes: 1 }), x(broken([30, 32], [40, 42])), 'fail'],
    ['one part of the budget broken', always('x <= 1', { longest: 9, total: 9, episodes: 1 }), x(broken([30, 32], [40, 42])), 'fail'],
    ['a margin smaller than the resolution', always('x <= 1', { longest: 4 }), x(broken([30, 33.995]), 10), 'inconclusive'],
    ['beyond by less than the resolution', always('x <= 1', { longest: 4 }), x(broken([30, 34.005]), 10), 'inconclusive'],
    ['beyond by more than the resolution', always('x <= 1', { longest: 4 }), x(broken([30, 34.02]), 10), 'fail'],
    ['nothing observed is no small margin', always('x <= 1', { longest: 0.001 }), x(broken(), 10), 'pass'],
    ['a violation only at the edge of the window', always('x <= 1', {}, during('cut')), x(broken([10, 20.005]), 10), 'inconclusive'],
    ['never known', always('x <= 1'), x([]), 'inconclusive', /not known/],
    ['known only outside the window', always('x <= 1', {}, during('cut')), x([[-1, 1], [5, null], [70, 1]]), 'inconclusive'],
    ['unknown for a while', always('x <= 1'), x([[-1, 1], [30, null], [40, 1]]), 'inconclusive', /held throughout/],
    ['unknown for less than the resolution', always('x <= 1'), x([[-1, 1], [30, null], [30.005, 1]], 10), 'pass'],
    ['violated, whatever the unknown part was', always('x <= 1'), x([[-1, 1], [30, null], [40, 2], [41, 1]]), 'fail'],
    ['unknown, but not long enough to matter', always('x <= 1', { longest: 20, total: 30 }), x([[-1, 1], [30, null], [40, 1]]), 'pass'],
    ['unknown, and perhaps too long', always('x <= 1', { longest: 11 }), x([[-1, 1], [30, null], [40, 2], [42, 1]]), 'inconclusive'],
    ['unknown can hide any number of episodes', always('x <= 1', { episodes: 1 }), x([[-1, 1], [30, null], [40, 1]]), 'inconclusive'],
    ['a window past the end of the run', always('x <= 1', {}, during('run', 5)), x(broken()), 'inconclusive'],
    ['violated before the run ended', always('x <= 1', {}, during('run', 5)), x(broken([30, 31])), 'fail'],
    ['values of no duration do not count', always('x <= 1'), x([[-1, 1], [30, 2], [30, 1]]), 'pass'],
    ['never: held for a moment', never('x > 1'), x(broken([30, 31])), 'fail', /held once, for 1 s/],
    ['never: did not hold', never('x > 1'), x(broken()), 'pass', /never held/],
    ['never: unknown', never('x > 1'), x([[-1, 1], [30, null], [40, 1]]), 'inconclusive'],
    ['a step that was not injected', always('x <= 1', {}, during('other')), x(broken()), 'inconclusive'],
  ]; // prettier-ignore

  for (const [name, check, spec, outcome, observed] of cases) {
    it(`${name}: ${outcome}`, () => {
      const result = judge(check, spec);
      assert.equal(result.outcome, outcome, JSON.stringify(result, null, 1));
      if (observed !== undefined) assert.match(result.observed, observed);
      if (outcome === 'inconclusive') assert.notDeepEqual(result.notes, []);
    });
  }

  it('says what was spent, the violations, and the narrowest margin', () => {
    const check = always('x <= 1', { longest: 4, total: 20, episodes: 5 });
    const result = judge(check, x(broken([30, 32], [40, 43])));
    assert.deepEqual(result.budget, [
      { of: 'longest', unit: 'ns', observed: 3 * S, allowed: 4 * S, resolution: 0 },
      { of: 'total', unit: 'ns', observed: 5 * S, allowed: 20 * S, resolution: 0 },
      { of: 'episodes', unit: 'episodes', observed: 2, allowed: 5, resolution: 0 },
    ]);
    assert.deepEqual(result.margin, { of: 'longest', unit: 'ns', value: S });
    assert.deepEqual(result.violations, [
      { fromNs: 30 * S, toNs: 32 * S },
      { fromNs: 40 * S, toNs: 43 * S },
    ]);
    assert.equal(
      result.expected,
      'always x <= 1 during run, but for at most 4 s at a time, 20 s in all and 5 times',
    );
  });

  it('says by how much a margin is too small', () => {
    const result = judge(always('x <= 1', { longest: 4 }), x(broken([30, 33.995]), 10));
    assert.match(result.notes[0] ?? '', /margin of 5 ms is smaller than the resolution of 10 ms/);
  });

  it('says how long the run was over before the end of the window', () => {
    const result = judge(always('x <= 1', {}, during('run', 5)), x(broken()));
    assert.match(result.notes.join(), /5 s before the end of the window/);
  });

  it('names the signal that was never known', () => {
    const result = judge(always('x <= y'), x(broken()));
    assert.deepEqual(result.notes, ['y was never known in this window']);
  });
});

describe('eventually', () => {
  const after = edge('cut', 'end');
  const cases: readonly [string, PlannedCheck, Spec, CheckResult['outcome'], RegExp?][] = [
    ['in time', eventually('x == 1', after, 5), x([[-1, 1], [20, 2], [63, 1]]), 'pass', /after 3 s/],
    ['exactly in time', eventually('x == 1', after, 3), x([[-1, 1], [20, 2], [63, 1]]), 'pass'],
    ['held from the start', eventually('x == 1', after, 5), x([[-1, 1]]), 'pass', /from the start/],
    ['too late', eventually('x == 1', after, 2), x([[-1, 1], [20, 2], [63, 1]]), 'fail', /after 3 s/],
    ['not at all', eventually('x == 1', after, 2), x([[-1, 1], [20, 2]]), 'fail', /did not hold/],
    ['not for long enough', eventually('x == 1', after, 5, 10), x([[-1, 2], [61, 1], [66, 2]]), 'fail', /did not hold for 10 s/],
    ['for long enough the second time', eventually('x == 1', after, 9, 10), x([[-1, 2], [61, 1], [62, 2], [68, 1]]), 'pass', /after 8 s/],
    ['long enough, but begun too late', eventually('x == 1', after, 5, 10), x([[-1, 2], [61, 1], [62, 2], [68, 1]]), 'fail'],
    ['the hold reaches the end of the run', eventually('x == 1', after, 35, 10), x([[-1, 2], [93, 1]]), 'inconclusive'],
    ['the deadline is after the end of the run', eventually('x == 1', after, 60), x([[-1, 2]]), 'inconclusive'],
    ['perhaps, while it was unknown', eventually('x == 1', after, 5), x([[-1, 2], [62, null], [64, 2]]), 'inconclusive'],
    ['certainly, although unknown before', eventually('x == 1', after, 5), x([[-1, 2], [62, null], [64, 1]]), 'pass'],
    ['never known', eventually('x == 1', after, 5), x([[-1, 1], [50, null]]), 'inconclusive'],
    ['a margin smaller than the resolution', eventually('x == 1', after, 3), x([[-1, 2], [62.995, 1]], 10), 'inconclusive'],
    ['the step was not injected', eventually('x == 1', edge('other', 'end'), 5), x([[-1, 1]]), 'inconclusive'],
  ]; // prettier-ignore

  for (const [name, check, spec, outcome, observed] of cases) {
    it(`${name}: ${outcome}`, () => {
      const result = judge(check, spec);
      assert.equal(result.outcome, outcome, JSON.stringify(result, null, 1));
      if (observed !== undefined) assert.match(result.observed, observed);
      if (outcome === 'inconclusive') assert.notDeepEqual(result.notes, []);
    });
  }

  it('shows the time until it held, and the margin', () => {
    const result = judge(eventually('x == 1', after, 2), x([[-1, 1], [20, 2], [63, 1]])); // prettier-ignore
    assert.deepEqual(result.margin, { of: 'within', unit: 'ns', value: -S });
    assert.deepEqual(result.violations, [{ fromNs: 60 * S, toNs: 63 * S }]);
    assert.equal(result.expected, 'eventually x == 1 within 2 s of cut.end');
  });

  it('is inconclusive for a step that the run did not live to end', () => {
    const spec = { signals: { x: [[-1, 1]] }, steps: { cut: [20, null] }, endS: 40, reason: 'cut' } as const;
    assert.equal(judge(eventually('x == 1', after, 5), spec).outcome, 'inconclusive');
  }); // prettier-ignore
});

describe('that, at a moment', () => {
  const cases: readonly [string, PlannedCheck, Spec, CheckResult['outcome'], RegExp?][] = [
    ['true', that('x == 1', edge('run', 'end')), x([[-1, 1]]), 'pass', /x = 1/],
    ['false', that('x == 1', edge('run', 'end')), x([[-1, 2]]), 'fail', /x = 2/],
    ['not known', that('x == 1', edge('cut', 'end')), x([[-1, 1], [50, null]]), 'inconclusive'],
    ['at a change', that('x == 1', edge('cut', 'end')), x([[-1, 2], [60, 1]]), 'pass'],
    ['changed within the resolution', that('x == 1', edge('cut', 'end')), x([[-1, 2], [59.995, 1]], 10), 'inconclusive'],
    ['changed before the resolution', that('x == 1', edge('cut', 'end')), x([[-1, 2], [59.98, 1]], 10), 'pass'],
    ['after the end of the run', that('x == 1', edge('run', 'end', 5)), x([[-1, 1]]), 'inconclusive'],
    ['no such step', that('x == 1', edge('other', 'end')), x([[-1, 1]]), 'inconclusive'],
  ]; // prettier-ignore

  for (const [name, check, spec, outcome, observed] of cases) {
    it(`${name}: ${outcome}`, () => {
      const result = judge(check, spec);
      assert.equal(result.outcome, outcome, JSON.stringify(result, null, 1));
      if (observed !== undefined) assert.match(result.observed, observed);
      if (outcome === 'inconclusive') assert.notDeepEqual(result.notes, []);
    });
  }
});

describe('judgeCheck', () => {
  it('does not colour a known failure red, and keeps its violations', () => {
    const result = judge(always('x <= 1', {}, during('run'), 'bug 7'), x(broken([30, 31])));
    assert.equal(result.outcome, 'known');
    assert.equal(result.violations.length, 1);
    assert.match(result.notes.join(), /known: bug 7/);
  });

  it('says it loudly when a known failure passes', () => {
    const result = judge(always('x <= 1', {}, during('run'), 'bug 7'), x(broken()));
    assert.equal(result.outcome, 'pass');
    assert.match(result.notes.join(), /passes now.*"bug 7"/);
  });

  it('does not turn inconclusive into known', () => {
    assert.equal(
      judge(always('x <= 1', {}, during('run'), 'bug 7'), x([])).outcome,
      'inconclusive',
    );
  });

  it('is inconclusive, with its error, when it crashes', () => {
    const result = judge(always('x <= $limit'), x(broken()));
    assert.equal(result.outcome, 'inconclusive');
    assert.match(result.notes.join(), /the check itself broke: .*\$limit/);
  });

  it('knows what is known of a part: false and unknown is false', () => {
    const spec = { signals: { x: [[-1, 1]], y: [[50, 1]] }, steps: {} } as const;
    assert.equal(judge(never('x > 1 and y > 1'), spec).outcome, 'pass');
    assert.equal(judge(always('x == 1 or y > 1'), spec).outcome, 'pass');
  });
});
