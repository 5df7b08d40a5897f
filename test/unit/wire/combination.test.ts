import assert from 'node:assert/strict';
import fc from 'fast-check';
import { refuseCombination } from '../../../src/wire/combination.ts';
import type { FrameClass, Impairment, WireWant } from '../../../src/wire/want.ts';
import { anyWants } from './arbitrary-wants.ts';

const gemodel = { p: 0.01, r: 0.2, lossBad: 1, lossGood: 0 };
const fourState = { p13: 0.1, p31: 0.5, p32: 0, p23: 0, p14: 0 };

function impair(fault: string, impairment: Impairment, match: FrameClass = {}): WireWant {
  return { link: 'dci', direction: 'a>b', kind: 'impair', fault, match, impairment };
}

describe('refused combinations', () => {
  const pairs: readonly [string, Impairment, Impairment][] = [
    ['two loss models', { gemodel }, { fourState }],
    ['two reorders', { reorderRatio: 0.1 }, { reorderRatio: 0.2 }],
    ['two slots', { slotMinNs: 1, slotMaxNs: 2 }, { slotMinNs: 1, slotMaxNs: 2 }],
  ];
  for (const [name, first, second] of pairs) {
    it(`refuses ${name} of the same frames, naming both faults`, () => {
      const refusal = refuseCombination([impair('one', first), impair('two', second)]);
      assert.deepEqual(refusal?.faults, ['one', 'two']);
    });

    it(`accepts ${name} of different frames or directions`, () => {
      const vrrp = impair('two', second, { protocol: 'vrrp' });
      assert.equal(refuseCombination([impair('one', first), vrrp]), undefined);
      const back: WireWant = { ...impair('two', second), direction: 'b>a' };
      assert.equal(refuseCombination([impair('one', first), back]), undefined);
    });
  }

  it('refuses a fifth class of impaired frames on one direction', () => {
    const classes = [60, 100, 200, 300, 400].map((largerThanBytes, i) =>
      impair(`f${String(i)}`, { delayNs: 1 }, { largerThanBytes }),
    );
    assert.equal(refuseCombination(classes.slice(0, 4)), undefined);
    assert.deepEqual(refuseCombination(classes)?.faults, ['f0', 'f4']);
  });

  it('counts no class that is only lost or doubled: rules do that', () => {
    const classes = [60, 100, 200, 300, 400, 500].map((largerThanBytes, i) =>
      impair(`f${String(i)}`, { lossRatio: 0.1, duplicateRatio: 0.1 }, { largerThanBytes }),
    );
    assert.equal(refuseCombination(classes), undefined);
  });

  it('does not depend on the order, but for which fault is named first', () => {
    fc.assert(
      fc.property(anyWants, (wants) => {
        const there = refuseCombination(wants) === undefined;
        const back = refuseCombination([...wants].reverse()) === undefined;
        assert.equal(there, back);
      }),
    );
  });
});
