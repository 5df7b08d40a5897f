import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compose, composeStage } from '../../../src/wire/compose.ts';
import { NEUTRAL_STAGE, neutralState } from '../../../src/wire/direction-state.ts';
import type { DirectionState } from '../../../src/wire/direction-state.ts';
import type { Impairment, WireWant } from '../../../src/wire/want.ts';
import { anyWant, anyWants } from './arbitrary-wants.ts';

const at = { link: 'dci', direction: 'a>b' } as const;
const impair = (fault: string, impairment: Impairment): WireWant => ({
  ...at,
  kind: 'impair',
  fault,
  match: {},
  impairment,
});

function only(wants: readonly WireWant[]): DirectionState {
  const [state, ...others] = [...compose(wants).values()];
  assert.ok(state !== undefined && others.length === 0);
  return state;
}

describe('composition of wants', () => {
  it('is nothing for nothing', () => {
    assert.equal(compose([]).size, 0);
  });

  it('does not depend on the order of the wants', () => {
    fc.assert(
      fc.property(
        anyWants.chain((wants) =>
          fc.tuple(fc.constant(wants), fc.shuffledSubarray(wants, { minLength: wants.length })),
        ),
        ([wants, shuffled]) => {
          assert.deepEqual([...compose(shuffled)], [...compose(wants)]);
        },
      ),
    );
  });

  it('of one direction is not changed by wants of another', () => {
    fc.assert(
      fc.property(anyWants, anyWants, (some, others) => {
        const here = some.map((want) => ({ ...want, link: 'here' }));
        const there = others.map((want) => ({ ...want, link: 'there' }));
        const both = compose([...here, ...there]);
        for (const [key, state] of compose(here)) assert.deepEqual(both.get(key), state);
      }),
    );
  });

  it('gives back the state before when a want comes and goes', () => {
    fc.assert(
      fc.property(anyWants, anyWant, (wants, guest) => {
        const before = compose(wants);
        const after = compose([...wants, guest].filter((want) => want !== guest));
        assert.deepEqual([...after], [...before]);
      }),
    );
  });

  it('keeps the reasons of a cut apart', () => {
    const cut = (fault: string): WireWant => ({ ...at, kind: 'cut', fault });
    assert.deepEqual(only([cut('b'), cut('a'), cut('b')]).cut, ['a', 'b']);
  });

  it('adds delays, joins jitters, and takes the smallest rate and queue', () => {
    const state = only([
      impair('x', { delayNs: 10e6, jitterNs: 2e6, rateBitPerSec: 5e6, limitPackets: 50 }),
      impair('y', { delayNs: 5e6, jitterNs: 1e6, distribution: 'normal', rateBitPerSec: 2e6 }),
    ]);
    assert.equal(state.whole.delayNs, 15e6);
    assert.deepEqual(state.whole.jitters, [
      { jitterNs: 1e6, distribution: 'normal' },
      { jitterNs: 2e6, distribution: 'uniform' },
    ]);
    assert.equal(state.rateBitPerSec, 2e6);
    assert.equal(state.limitPackets, 50);
    assert.equal(state.whole.rateBitPerSec, 0, 'the rate is the link’s, not the stage’s');
  });

  it('makes loss and duplicates rules of their own, one a fault', () => {
    const state = only([
      impair('x', { lossRatio: 0.3, duplicateRatio: 0.1 }),
      { ...at, kind: 'drop', fault: 'w', match: { protocol: 'vrrp' }, ratio: 0.2 },
    ]);
    assert.deepEqual(state.drops, [
      { fault: 'w', match: { protocol: 'vrrp' }, ratio: 0.2 },
      { fault: 'x', match: {}, ratio: 0.3 },
    ]);
    assert.deepEqual(state.duplicates, [{ fault: 'x', match: {}, ratio: 0.1 }]);
    assert.deepEqual(state.whole, NEUTRAL_STAGE);
    assert.deepEqual(state.impairs, [], 'nothing is left for netem');
  });

  it('combines corruption as independent', () => {
    const stage = composeStage([{ corruptRatio: 0.1 }, { corruptRatio: 0.2 }]);
    assert.ok(Math.abs(stage.corruptRatio - 0.28) < 1e-12);
  });

  it('keeps what is wanted of a class out of what is wanted of every frame', () => {
    const state = only([
      impair('x', { delayNs: 1 }),
      { ...at, kind: 'impair', fault: 'y', match: { protocol: 'bgp' }, impairment: { delayNs: 2 } },
      { ...at, kind: 'impair', fault: 'z', match: { protocol: 'bgp' }, impairment: { delayNs: 3 } },
    ]);
    assert.equal(state.whole.delayNs, 1);
    assert.deepEqual(state.classes, [
      { key: 'bgp', match: { protocol: 'bgp' }, impairments: [{ delayNs: 2 }, { delayNs: 3 }] },
    ]);
    assert.equal(state.impairs.length, 3);
  });

  it('leaves a neutral direction neutral', () => {
    const state = only([impair('x', {})]);
    assert.deepEqual(state, neutralState('dci', 'a>b'));
  });
});
