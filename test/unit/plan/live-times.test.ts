import assert from 'node:assert/strict';
import type { PlannedStep } from '../../../src/plan/plan.ts';
import { changed, errorOf, plan } from './fixture.ts';

const S = 1e9;

function steps(text: string): ReadonlyMap<string, PlannedStep> {
  return new Map(plan(text).steps.map((step) => [step.id, step]));
}

const triggered = changed(
  'at: 20s, for: 5m',
  'when: { that: gw.masters == 2, hold: 1s, after: 10s, at-most: 30s }, for: 5m',
);

describe('plan: steps that only the run can time', () => {
  it('count from a trigger, and come no later than its limit', () => {
    const bursts = steps(triggered).get('bursts');
    assert.ok(bursts?.starts?.type === 'when');
    const { armed, holdNs, atMostNs, conditions } = bursts.starts;
    assert.deepEqual(armed, { of: 'ready', edge: 'start', offsetNs: 10 * S });
    assert.deepEqual([holdNs, atMostNs], [S, 30 * S]);
    assert.deepEqual(
      conditions.map(({ text }) => text),
      ['gw.masters == 2'],
    );
    assert.deepEqual([bursts.startNs, bursts.endNs], [0, 300 * S]);
    assert.deepEqual(bursts.latest, { startNs: 40 * S, endNs: 340 * S });
  });

  it('count from an edge of such a step', () => {
    const flapping = steps(triggered).get('flapping');
    assert.deepEqual(flapping?.starts, { type: 'edge', of: 'bursts', edge: 'end', offsetNs: 20 * S });
    assert.deepEqual(flapping.latest, { startNs: 360 * S, endNs: 420 * S });
    assert.deepEqual(flapping.active[1], { fromNs: 6 * S, toNs: 8 * S });
  }); // prettier-ignore

  it('come after those of which the plan knows the time', () => {
    const text = triggered.replace('after: flapping + 30s', 'at: 100s');
    assert.deepEqual([...steps(text).keys()], ['deaf', 'bursts', 'flapping']);
  });

  it('give each repetition its distance from the first', () => {
    const text = triggered.replace('after: bursts + 20s, for: 1m', 'after: bursts, for: 10s, times: 3, every: 20s');
    const third = steps(text).get('flapping[3]');
    assert.deepEqual(third?.starts, { type: 'edge', of: 'flapping[1]', edge: 'start', offsetNs: 0 });
    assert.deepEqual([third.startNs, third.endNs], [40 * S, 50 * S]);
    const deaf = steps(text).get('deaf');
    assert.deepEqual(deaf?.starts, { type: 'edge', of: 'flapping[3]', edge: 'end', offsetNs: 30 * S });
  }); // prettier-ignore

  it('end when a condition holds, at the latest in their time', () => {
    const text = changed('for: 5m', 'until: { that: users-a.ok, hold: 2s, at-most: 5m }');
    const bursts = steps(text).get('bursts');
    assert.ok(bursts?.ends?.type === 'condition');
    assert.deepEqual([bursts.startNs, bursts.endNs, bursts.ends.holdNs], [20 * S, 320 * S, 2 * S]);
    const flapping = steps(text).get('flapping');
    assert.deepEqual(flapping?.starts, { type: 'edge', of: 'bursts', edge: 'end', offsetNs: 20 * S });
  }); // prettier-ignore

  it('of which only the end is unknown are a start that is known', () => {
    const text = changed('for: 5m', 'until: { that: users-a.ok, at-most: 5m }');
    const flapping = steps(text.replace('after: bursts + 20s', 'at: bursts.start + 20s'));
    assert.deepEqual(flapping.get('flapping')?.starts, undefined);
    assert.equal(flapping.get('flapping')?.startNs, 40 * S);
  });

  it('may be what another one ends with', () => {
    const text = triggered.replace('for: 45s', 'until: bursts.end + 5s').replace('after: flapping + 30s', 'at: 1s');
    const deaf = steps(text).get('deaf');
    assert.deepEqual(deaf?.ends, { type: 'edge', of: 'bursts', edge: 'end', offsetNs: 5 * S });
    assert.deepEqual([deaf.startNs, deaf.endNs], [S, 345 * S]);
  }); // prettier-ignore

  it('bound how long the run can take, and are watched for as long as their checks ask', () => {
    const { longestNs, watchUntilNs } = plan(triggered);
    // deaf ends 30 s + 45 s after flapping at the latest; recovery 90 s
    assert.equal(longestNs, (420 + 30 + 45 + 90) * S);
    assert.equal(watchUntilNs, 0);
    const late = triggered.replace('bursts + 10s, budget', 'bursts + 10m, budget');
    assert.equal(plan(late).longestNs, (340 + 600) * S);
  });

  it('end the baseline, whichever comes first', () => {
    const text = triggered.replace('during: bursts + 10s', 'during: baseline');
    const [check] = plan(text).checks;
    assert.ok(check?.form === 'always');
    assert.deepEqual(check.during.to, { of: 'baseline', edge: 'end', offsetNs: 0 });
  });

  it('are refused beside what they might not go with, and not beside what they follow', () => {
    const model = (text: string): string =>
      text
        .replace('delay: 20ms, loss: $loss', 'model: { p: 1% }')
        .replace(
          'flap: { on: 2s, off: 4s }, black-hole: { link: dci }',
          'impair: { link: dci, model: { p: 5% } }',
        );
    assert.doesNotThrow(() => plan(model(triggered)));
    const beside = model(triggered).replace('after: bursts + 20s', 'at: 20s');
    assert.match(errorOf(beside).problems[0]?.message ?? '', /cannot be in force together/);
  });
});
