import assert from 'node:assert/strict';
import { edgesOf, faultName, parseFaultName } from '../../../src/fault/expand.ts';
import type { FaultStep } from '../../../src/fault/expand.ts';
import type { PlannedFault } from '../../../src/fault/fault.ts';
import { faultKinds } from '../../../src/fault/registry.ts';
import type { WireDirection } from '../../../src/wire/want.ts';

const ab: WireDirection = { link: 'dci', direction: 'a>b' };
const ba: WireDirection = { link: 'dci', direction: 'b>a' };

function fault(
  kind: string,
  own: unknown,
  directions = [ab],
  endpoints: string[] = [],
): PlannedFault {
  return { kind, params: faultKinds[kind]?.schema.parse(own), target: { directions, endpoints } };
}

function step(
  id: string,
  startS: number,
  endS: number,
  faults: PlannedFault[],
  active?: [number, number][],
): FaultStep {
  const spans = active ?? [[startS, endS]];
  return {
    id,
    startNs: startS * 1e9,
    endNs: endS * 1e9,
    active: spans.map(([from, to]) => ({ fromNs: from * 1e9, toNs: to * 1e9 })),
    faults,
  };
}

const hole = fault('black-hole', {});
const bursts = fault(
  'impair',
  { delay: '20ms', loss: { burst: { mean: '30%', length: '200ms' } } },
  [ab, ba],
);

/** time, wanted kinds with their fault, changes */
function summary(steps: FaultStep[], seed = 1): string[] {
  return edgesOf(steps, seed).map(({ atNs, wants, changes, node }) =>
    [
      `${String(atNs / 1e9)}s`,
      wants.map((want) => `${want.fault}=${want.kind}`).join('+') || '-',
      ...changes.map((change) => `${change.step}.${change.edge}`),
      ...node.map((change) => `${change.id}:${change.on ? 'inject' : 'heal'}`),
    ].join(' '),
  );
}

describe('the edges of a timeline', () => {
  it('give all that is wanted at each moment, and what it means for the steps', () => {
    const steps = [
      step('one', 10, 30, [hole]),
      step('two', 20, 40, [fault('drop', { protocol: 'vrrp' })]),
    ];
    assert.deepEqual(summary(steps), [
      '10s one=cut one.start one.on',
      '20s one=cut+two=drop two.start two.on',
      '30s two=drop one.off one.end',
      '40s - two.off two.end',
    ]);
  });

  it('are one where a step ends and another starts', () => {
    assert.deepEqual(summary([step('one', 0, 10, [hole]), step('two', 10, 20, [hole])]), [
      '0s one=cut one.start one.on',
      '10s two=cut one.off one.end two.start two.on',
      '20s - two.off two.end',
    ]);
  });

  it('switch a flapping step on and off within its window', () => {
    const flapping = step(
      'flap',
      0,
      10,
      [hole],
      [
        [0, 2],
        [6, 8],
      ],
    );
    assert.deepEqual(summary([flapping]), [
      '0s flap=cut flap.start flap.on',
      '2s - flap.off',
      '6s flap=cut flap.on',
      '8s - flap.off',
      '10s - flap.end',
    ]);
  });

  it('tell faults of one step apart', () => {
    assert.deepEqual(summary([step('both', 0, 1, [hole, fault('carrier-loss', {}, [ba])])]), [
      '0s both#0=cut+both#1=carrier both.start both.on',
      '1s - both.off both.end',
    ]);
  });

  it('inject and heal what acts in a node', () => {
    const down = fault('admin-down', {}, [], ['r1:eth1']);
    assert.deepEqual(summary([step('down', 1, 2, [down])]), [
      '1s - down.start down.on down:inject',
      '2s - down.off down.end down:heal',
    ]);
  });

  it('let a burst come and go between the step’s own edges, each direction for itself', () => {
    const edges = edgesOf([step('bursts', 0, 60, [bursts])], 1);
    const inner = edges.slice(1, -1);
    assert.ok(inner.length > 100);
    assert.ok(inner.every(({ changes }) => changes.length === 0));
    for (const { wants } of inner) {
      assert.deepEqual(wants.map(({ kind }) => kind).sort(), ['drop', 'drop', 'impair', 'impair']);
    }
    const lost = (direction: string): number[] =>
      inner
        .map(({ wants }) => wants.find((w) => w.kind === 'drop' && w.direction === direction))
        .map((want) => (want?.kind === 'drop' ? want.ratio : NaN));
    assert.notDeepEqual(lost('a>b'), lost('b>a'));
  });

  it('are the same for the same seed, others for another', () => {
    const steps = [step('bursts', 0, 60, [bursts])];
    assert.deepEqual(edgesOf(steps, 7), edgesOf(steps, 7));
    assert.notDeepEqual(
      edgesOf(steps, 7).map((e) => e.atNs),
      edgesOf(steps, 8).map((e) => e.atNs),
    );
  });

  it('of a step do not move when another step is added', () => {
    const alone = edgesOf([step('bursts', 0, 60, [bursts])], 7).map(({ atNs }) => atNs);
    const both = edgesOf([step('other', 5, 6, [hole]), step('bursts', 0, 60, [bursts])], 7);
    const inBoth = new Set(both.map(({ atNs }) => atNs));
    assert.ok(alone.every((atNs) => inBoth.has(atNs)));
  });
});

describe('names of faults', () => {
  it('are the step’s, with an index where there are several', () => {
    assert.equal(faultName({ id: 'cut[2]', faults: [hole] }, 0), 'cut[2]');
    assert.equal(faultName({ id: 'cut[2]', faults: [hole, hole] }, 1), 'cut[2]#1');
    assert.deepEqual(parseFaultName('cut[2]#1'), { step: 'cut[2]', index: 1 });
    assert.deepEqual(parseFaultName('cut[2]'), { step: 'cut[2]', index: 0 });
  });
});
