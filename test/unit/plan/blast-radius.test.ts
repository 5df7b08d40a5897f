import assert from 'node:assert/strict';
import type { FaultTarget, PlannedFault } from '../../../src/fault/fault.ts';
import type { Topology } from '../../../src/lab/topology.ts';
import { blastRadius } from '../../../src/plan/blast-radius.ts';
import { radiusLines } from '../../../src/plan/describe-radius.ts';
import { allKinds } from '../../../src/plan/kinds.ts';
import type { PlannedStep } from '../../../src/plan/plan.ts';
import { labOf } from '../fault/fault-lab.ts';

/** a - sw1 - sw2 - b, and c on sw2 */
const line = labOf(['a', 'sw1', 'sw2', 'b', 'c'], ['a sw1', 'sw1 sw2', 'sw2 b', 'sw2 c']);
/** three switches in a ring, a host each */
const ring = labOf(
  ['h1', 'h2', 'h3', 'sw1', 'sw2', 'sw3'],
  ['sw1 sw2', 'sw2 sw3', 'sw3 sw1', 'h1 sw1', 'h2 sw2', 'h3 sw3'],
);

const nowhere: FaultTarget = { directions: [], endpoints: [] };
const oneWay = (link: string, direction: 'a>b' | 'b>a'): FaultTarget => ({
  directions: [{ link, direction }],
  endpoints: [],
});
const both = (...links: readonly string[]): FaultTarget => ({
  directions: links.flatMap((link) => [
    { link, direction: 'a>b' } as const,
    { link, direction: 'b>a' } as const,
  ]),
  endpoints: [],
});
const hole = (target: FaultTarget): PlannedFault => ({ kind: 'black-hole', params: {}, target });
const loss = (target: FaultTarget): PlannedFault => {
  const params = { match: {}, loss: { type: 'random', ratio: 0.3 }, impairment: {} };
  return { kind: 'impair', params, target };
};

function step(id: string, fromS: number, toS: number, ...faults: readonly PlannedFault[]): PlannedStep {
  const [startNs, endNs] = [fromS * 1e9, toS * 1e9];
  const position = { file: 's.yml', line: 1, column: 1 };
  const active = [{ fromNs: startNs, toNs: endNs }];
  return { id, position, startNs, endNs, active, faults, describe: '' };
} // prettier-ignore

/** 'a b | c d' for those cut from each other, 'a > b' one way */
function worst(topology: Topology, ...steps: readonly PlannedStep[]): readonly string[] {
  const found = blastRadius(steps, topology, allKinds).worst;
  if (found === null) return [];
  return [
    found.steps.join(' '),
    ...found.severed.map(
      ({ from, to, bothWays }) => `${from.join(' ')} ${bothWays ? '|' : '>'} ${to.join(' ')}`,
    ),
  ];
}

describe('the blast radius of a plan', () => {
  it('says who is cut from whom', () => {
    assert.deepEqual(worst(line, step('s', 1, 2, hole(both('sw1~sw2')))), ['s', 'a sw1 | sw2 b c']);
    assert.deepEqual(worst(line, step('s', 1, 2, hole(oneWay('sw1~sw2', 'a>b')))), [
      's',
      'a sw1 > sw2 b c',
    ]);
  });

  it('says nobody where there is another way', () => {
    assert.deepEqual(worst(ring, step('s', 1, 2, hole(both('sw1~sw2')))), []);
    assert.deepEqual(worst(ring, step('s', 1, 2, loss(both('h1~sw1')))), []);
  });

  it('takes what may be in force together, and no more', () => {
    const first = step('first', 1, 5, hole(both('sw1~sw2')));
    const second = hole(both('sw3~sw1'));
    assert.deepEqual(worst(ring, first, step('after', 6, 9, second)), []);
    assert.deepEqual(worst(ring, first, step('beside', 3, 9, second)), [
      'first beside',
      'h1 sw1 | h2 h3 sw2 sw3',
    ]);
    // a step that only the run can time may come at any moment
    const triggered: PlannedStep = {
      ...step('triggered', 0, 1, second),
      starts: { type: 'edge', of: 'ready', edge: 'start', offsetNs: 0 },
    };
    assert.equal(worst(ring, first, triggered)[0], 'first triggered');
  });

  it('takes the worst of what a signal may name', () => {
    const choices = { sw1: both('sw2~sw3'), sw2: both('h2~sw2') };
    const live: PlannedFault = {
      ...hole(nowhere),
      live: { key: 'link', signal: 'x', choices },
    };
    assert.deepEqual(worst(ring, step('s', 1, 2, live)), ['s', 'h1 h3 sw1 sw2 sw3 | h2']);
  });

  it('knows that lost carrier, a stopped node, a shut interface and total loss are cuts', () => {
    const cut = ['s', 'a | sw1 sw2 b c'];
    const carrier: PlannedFault = { kind: 'carrier-loss', params: {}, target: oneWay('a~sw1', 'a>b') };
    const stop: PlannedFault = { kind: 'node-stop', params: {}, target: { ...nowhere, nodes: ['a'] } };
    const shut: PlannedFault = { kind: 'admin-down', params: {}, target: { ...nowhere, endpoints: ['a:eth1'] } };
    const params = { match: {}, loss: { type: 'random', ratio: 1 }, impairment: {} };
    const total: PlannedFault = { kind: 'impair', params, target: both('a~sw1') };
    for (const fault of [carrier, stop, shut, total]) {
      assert.deepEqual(worst(line, step('s', 1, 2, fault)), cut, fault.kind);
    }
  }); // prettier-ignore

  it('follows a partition by source address beyond its wire', () => {
    const mac = line.links[0]?.a.mac ?? '';
    const silenced: PlannedFault = {
      kind: 'partition',
      params: { inLab: { deaf: [], silences: [] } },
      target: oneWay('sw1~sw2', 'a>b'),
    };
    const kinds = {
      ...allKinds,
      faults: {
        ...allKinds.faults,
        partition: {
          ...allKinds.faults['black-hole'],
          wants: (_: unknown, at: { link: string; direction: 'a>b' | 'b>a' }) => [
            { ...at, fault: '', kind: 'drop', match: { sourceMacs: [mac] }, ratio: 1 },
          ],
        },
      },
    } as unknown as typeof allKinds;
    const found = blastRadius([step('s', 1, 2, silenced)], line, kinds).worst;
    assert.deepEqual(found?.severed, [{ from: ['a'], to: ['sw2', 'b', 'c'], bothWays: false }]);
  });

  it('counts wires, directions, nodes and steps at once, as a reader wants them', () => {
    const stop: PlannedFault = { kind: 'node-stop', params: {}, target: { ...nowhere, nodes: ['c'] } };
    const steps = [
      step('bursts', 1, 9, loss(both('sw1~sw2'))),
      step('cut[1]', 2, 3, hole(oneWay('sw1~sw2', 'a>b'))),
      step('cut[2]', 4, 5, hole(oneWay('sw1~sw2', 'a>b'))),
      step('dead', 20, 30, stop),
    ];
    assert.deepEqual(radiusLines(blastRadius(steps, line, allKinds), line), [
      '2 of 4 links, 4 of their 8 directions; acts in 1 of 5 nodes: c',
      'sw1~sw2: sw1 → sw2 cut, impaired (bursts, cut); sw2 → sw1 impaired (bursts)',
      'sw2~c (sw2 ↔ c): cut (dead)',
      'at most 2 steps at once: bursts, cut',
      'at worst, in dead:',
      '  a, sw1, sw2, b | c: cut from each other',
      'control path: none of these wires; chaos speaks with the lab through a pipe',
    ]);
    assert.deepEqual(radiusLines(blastRadius([], line, allKinds), line), []);
  }); // prettier-ignore

  it('stays short in a large lab', () => {
    const hosts = Array.from({ length: 200 }, (_, i) => `h${String(i)}`);
    const star = labOf(['sw', ...hosts], hosts.map((name) => `${name} sw`));
    const all = step('s', 1, 2, hole(both(...star.links.map(({ id }) => id))));
    const lines = radiusLines(blastRadius([all], star, allKinds), star);
    assert.ok(lines.length < 20 && lines.every((text) => text.length < 120), lines.join('\n'));
    assert.ok(lines.includes('and 194 more links'));
  }); // prettier-ignore
});
