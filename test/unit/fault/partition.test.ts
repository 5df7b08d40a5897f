import assert from 'node:assert/strict';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { faultKinds } from '../../../src/fault/registry.ts';
import { partition, type PartitionParams } from '../../../src/fault/partition.ts';
import type { InLab, LabRefusal } from '../../../src/fault/fault.ts';
import { compose } from '../../../src/wire/compose.ts';
import { faultLab, labOf } from './fault-lab.ts';

type Found = InLab<PartitionParams> | LabRefusal | undefined;

function inLab(lab: ReturnType<typeof labOf>, written: object): Found {
  const nodes = (name: string): readonly string[] | undefined =>
    lab.nodes.some((node) => node.name === name) ? [name] : undefined;
  const random = xoroshiro128plus(1);
  const names = { topology: lab, nodes, random, read: () => undefined };
  return partition.inLab?.(partition.schema.parse(written), names);
}

/** `link direction: cut` or `link direction: addresses` for each wire */
function wires(found: Found): readonly string[] {
  assert.ok(found !== undefined && !('refusal' in found), JSON.stringify(found));
  const wants = (found.directions ?? []).flatMap((at) => partition.wants(found.params, at, 'p'));
  return wants.map((want) => {
    const what = want.kind === 'drop' ? want.match.sourceMacs?.join(' ') : want.kind;
    return `${want.link} ${want.direction}: ${what ?? ''}`;
  });
}

const refusal = (found: Found): string =>
  found !== undefined && 'refusal' in found ? found.refusal : 'not refused';

describe('fault/partition', () => {
  const mesh = labOf(
    ['n1', 'n2', 'n3', 'n4'],
    ['n1 n2', 'n1 n3', 'n1 n4', 'n2 n3', 'n2 n4', 'n3 n4'],
  );
  const { star } = faultLab;

  it('cuts the wires between two sides, both ways, and no other', () => {
    assert.deepEqual(wires(inLab(mesh, { groups: [['n1', 'n2'], ['n3', 'n4']] })), [
      'n1~n3 b>a: cut', 'n1~n4 b>a: cut', 'n2~n3 b>a: cut', 'n2~n4 b>a: cut',
      'n1~n3 a>b: cut', 'n2~n3 a>b: cut', 'n1~n4 a>b: cut', 'n2~n4 a>b: cut',
    ]); // prettier-ignore
  });

  it('one way: only toward the side that is named', () => {
    const pair = labOf(['n1', 'n2'], ['n1 n2']);
    assert.deepEqual(wires(inLab(pair, { groups: ['n1', 'n2'], toward: 'n2' })), [
      'n1~n2 a>b: cut',
    ]);
  });

  it('ring of four: nobody hears the one across', () => {
    assert.deepEqual(wires(inLab(mesh, { of: ['n1', 'n2', 'n3', 'n4'], into: 'ring' })), [
      'n1~n3 b>a: cut', 'n2~n4 b>a: cut', 'n1~n3 a>b: cut', 'n2~n4 a>b: cut',
    ]); // prettier-ignore
  });

  it('behind a switch that takes no part: by source address, and the switch keeps its own frames', () => {
    assert.deepEqual(wires(inLab(star, { groups: ['n1', ['n2', 'n3']] })), [
      'n1~sw b>a: 02:00:00:00:01:01 02:00:00:00:02:01',
      'n2~sw b>a: 02:00:00:00:00:01',
      'n3~sw b>a: 02:00:00:00:00:01',
    ]);
  });

  it('behind two switches too', () => {
    const two = labOf(['n1', 'n2', 'sw1', 'sw2'], ['n1 sw1', 'sw1 sw2', 'sw2 n2']);
    assert.deepEqual(wires(inLab(two, { groups: ['n1', 'n2'] })), [
      'n1~sw1 b>a: 02:00:00:00:01:01', 'sw2~n2 a>b: 02:00:00:00:00:01',
    ]); // prettier-ignore
  });

  it('a switch that is on a side is cut off with it', () => {
    const two = labOf(['n1', 'n2', 'sw1', 'sw2'], ['n1 sw1', 'sw1 sw2', 'sw2 n2']);
    assert.deepEqual(wires(inLab(two, { groups: [['n1', 'sw1'], ['n2', 'sw2']] })), [
      'sw1~sw2 b>a: cut', 'sw1~sw2 a>b: cut',
    ]); // prettier-ignore
  });

  it('a router that takes no part is a way around, and said so', () => {
    const routed = labOf(['n1', 'r', 'n2'], ['n1 r', 'r n2']);
    assert.equal(
      refusal(inLab(routed, { groups: ['n1', 'n2'] })),
      'n1 also hears n2 through r, which is on no side',
    );
  });

  it('refuses what is on two sides, too few nodes, a stranger, and sides without a wire', () => {
    assert.equal(refusal(inLab(mesh, { groups: [['n1', 'n2'], 'n2'] })), 'n2 is on two sides');
    assert.match(refusal(inLab(mesh, { of: ['n1', 'n2', 'n3'], into: 'ring' })), /at least 4/);
    assert.match(refusal(inLab(mesh, { groups: ['n1', 'n2'], toward: 'n3' })), /n3 is on no side/);
    assert.match(
      refusal(inLab(mesh, { of: ['n1', 'n2', 'n3'], into: 'bridge', middle: 'n4' })),
      /n4 is none/,
    );
    const islands = labOf(['n1', 'n2', 'n3', 'n4'], ['n1 n3', 'n2 n4']);
    assert.equal(
      refusal(inLab(islands, { groups: ['n1', 'n2'] })),
      'no wire leads from one side to another',
    );
  });

  for (const [why, written] of [
    ['neither groups nor of', {}],
    ['both', { groups: ['a', 'b'], of: 'a', into: 'halves' }],
    ['of without into', { of: ['a', 'b'] }],
    ['one side', { groups: ['a'] }],
    ['a middle of halves', { of: ['a', 'b'], into: 'halves', middle: 'a' }],
    ['shuffled groups', { groups: ['a', 'b'], shuffle: true }],
  ] as const) {
    it(`its schema refuses ${why}`, () => {
      assert.equal(faultKinds['partition']?.schema.safeParse(written).success, false);
    });
  }

  it('of 200 ends is one desired state, so one transaction', () => {
    const names = Array.from({ length: 100 }, (_, i) => `h${String(i)}`);
    const wide = labOf([...names, 'sw'], names.map((name) => `${name} sw`)); // prettier-ignore
    const found = inLab(wide, { of: names, into: 'halves' });
    assert.ok(found !== undefined && !('refusal' in found));
    const wants = (found.directions ?? []).flatMap((at) => partition.wants(found.params, at, 'p'));
    const states = compose(wants);
    assert.equal(states.size, 100);
    for (const { drops } of states.values()) assert.equal(drops[0]?.match.sourceMacs?.length, 50);
  });
});
