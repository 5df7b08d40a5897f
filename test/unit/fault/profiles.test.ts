import assert from 'node:assert/strict';
import { impair } from '../../../src/fault/impair.ts';
import type { ImpairParams } from '../../../src/fault/impair-schema.ts';
import { profiles } from '../../../src/fault/profiles.ts';

function params(written: Readonly<Record<string, unknown>>): ImpairParams {
  const unfolded = impair.unfold?.(written);
  assert.ok(unfolded && 'written' in unfolded);
  return impair.schema.parse(unfolded.written);
}

describe('profiles', () => {
  for (const [name, { about, source }] of Object.entries(profiles)) {
    it(`${name} can be had, and says where it is from`, () => {
      assert.match(impair.describe(params({ profile: name })), new RegExp(`^${name}: `));
      assert.ok(about.length > 10 && source.length > 20);
    });
  }

  it('are replaced by what stands beside them', () => {
    const { impairment, loss } = params({ profile: 'lte-moving', delay: '80ms', loss: '3%' });
    assert.deepEqual([impairment.delayNs, impairment.jitterNs], [80e6, 15e6]);
    assert.deepEqual(loss, { type: 'random', ratio: 0.03 });
  });

  it('come to what they say', () => {
    const { loss } = params({ profile: 'sfp-dying' });
    const bits = 8 * 1518;
    const expected = 1 - (1 - 1e-7) ** bits;
    assert.ok(loss?.type === 'random' && Math.abs(loss.ratio - expected) < 1e-4);
    const { impairment } = params({ profile: 'congested-wan' });
    const fullNs = ((impairment.limitPackets ?? 0) * 1514 * 8e9) / (impairment.rateBitPerSec ?? 1);
    assert.ok(Math.abs(fullNs - 606e6) < 1e6);
  });

  it('are refused by a near name', () => {
    const refused = impair.unfold?.({ profile: 'satelite-geo' });
    assert.ok(refused && 'refusal' in refused);
    assert.equal(refused.near, 'satellite-geo');
  });
});
