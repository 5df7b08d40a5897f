import assert from 'node:assert/strict';
import type { Frame, FrameBody } from '../../../src/observe/decode/frame.ts';
import type { TopologyLink } from '../../../src/lab/topology.ts';
import { stp } from '../../../src/observe/stp.ts';
import { StpReducer } from '../../../src/observe/stp-reducer.ts';
import { Board, frame, lab, linkSeen, S } from './two-site-lab.ts';

const A = '1000.aac1ab0000a0';
const B = '8000.aac1ab0000b0';
const ROGUE = '0000.aac1abffffff';

interface Claim {
  readonly root: string;
  readonly bridge: string;
  readonly cost?: number;
  readonly ageMs?: number;
  readonly change?: boolean;
}

function bpdu({ root, bridge, cost = 0, ageMs = 0, change = false }: Claim): FrameBody {
  return {
    protocol: 'bpdu',
    bpduType: 'config',
    rootId: root,
    rootPathCost: cost,
    bridgeId: bridge,
    portId: 0x8001,
    topologyChange: change,
    topologyChangeAck: false,
    messageAgeMs: ageMs,
    maxAgeMs: 20_000,
    helloTimeMs: 2_000,
    forwardDelayMs: 15_000,
  };
}

/** A BPDU of sw-a on the inter-site link, sent and (by default) delivered. */
function overDci(tS: number, claim: Claim, delivered = true): readonly Frame[] {
  const direction = claim.bridge === A ? 'a>b' : 'b>a';
  const sent = frame(tS, ['dci', direction, 'in'], bpdu(claim));
  const out = frame(tS, ['dci', direction, 'out'], bpdu(claim));
  return delivered ? [sent, out] : [sent];
}

const ringLink: TopologyLink = {
  ...lab.links[0]!,
  id: 'ring',
  a: { node: 'sw-b', interface: 'eth9', mac: 'aa:c1:ab:00:09:00' },
  b: { node: 'client-a', interface: 'eth9', mac: 'aa:c1:ab:00:09:01' },
};

function start(): { board: Board; tree: StpReducer; see: (frames: readonly Frame[]) => void } {
  const board = new Board(stp.signals('tree', {}, lab));
  const tree = new StpReducer('tree', {}, lab, board.set);
  return {
    board,
    tree,
    see: (frames) => {
      for (const f of frames) tree.onFrame(f);
    },
  };
}

const toHost = (tS: number, claim: Claim): Frame =>
  frame(tS, [claim.bridge === A ? 'fw-a~sw-a' : 'fw-b~sw-b', 'b>a', 'in'], bpdu(claim));

describe('StpReducer', () => {
  it('follows port states as the kernel numbers them, and counts them', () => {
    const { board, tree } = start();
    for (const [t, portState] of [[1, 4], [2, 1], [17, 2], [32, 3]] as const) {
      tree.onLink(linkSeen(t, 'sw-b:eth1', { portState }));
    } // prettier-ignore
    tree.onLink(linkSeen(33, 'sw-a:eth1', { portState: 3 }));
    assert.deepEqual(board.history('tree.state["sw-b","eth1"]'), [
      ['blocking', 1], ['listening', 2], ['learning', 17], ['forwarding', 32],
    ]); // prettier-ignore
    assert.deepEqual(board.history('tree.changing'), [[0, 1], [1, 2], [0, 32]]); // prettier-ignore
    assert.deepEqual(board.history('tree.forwarding'), [[0, 1], [1, 32], [2, 33]]); // prettier-ignore
  });

  it('calls a port disabled when it leaves its bridge or disappears, unknown before it was a port', () => {
    const { board, tree } = start();
    tree.onLink(linkSeen(1, 'sw-a:eth2'));
    assert.equal(board.get('tree.state["sw-a","eth2"]'), undefined);
    tree.onLink(linkSeen(2, 'sw-a:eth2', { portState: 3 }));
    tree.onLink(linkSeen(3, 'sw-a:eth2', { portState: null }));
    tree.onLink(linkSeen(4, 'sw-a:eth2', { portState: 3 }));
    tree.onLink(linkSeen(5, 'sw-a:eth2', { gone: true }));
    const states = board.history('tree.state["sw-a","eth2"]').map(([state]) => state);
    assert.deepEqual(states, ['forwarding', 'disabled', 'forwarding', 'disabled']);
  });

  it('finds one root when both bridges believe in it', () => {
    const { board, see } = start();
    see(overDci(1, { root: A, bridge: A }));
    see([toHost(1, { root: A, bridge: B, cost: 4, ageMs: 1000 })]);
    assert.equal(board.get('tree.roots'), 1);
    assert.equal(board.get('tree.root'), 'sw-a');
    assert.equal(board.get('tree.sw-a.root-port'), 'none');
  });

  it('sees two roots after a cut, from the moment at which the second one claims', () => {
    const { board, see } = start();
    see(overDci(1, { root: A, bridge: A }));
    see([toHost(1, { root: A, bridge: B, cost: 4, ageMs: 1000 })]);
    for (const t of [3, 5, 7, 9, 11, 13, 15, 17, 19])
      see(overDci(t, { root: A, bridge: A }, false));
    see([toHost(21.5, { root: B, bridge: B })]);
    assert.deepEqual(board.history('tree.roots'), [[1, 1], [2, 21.5]]); // prettier-ignore
    assert.equal(board.get('tree.root'), 'several');
    assert.equal(board.get('tree.sw-b.root-port'), 'none');
  });

  it('forgets a belief after max age less message age and a hello, in the past if need be', () => {
    const { board, see, tree } = start();
    see([toHost(1, { root: A, bridge: B, cost: 4, ageMs: 1000 })]);
    tree.tick(22.4 * S);
    assert.equal(board.get('tree.roots'), 1);
    tree.tick(30 * S);
    assert.deepEqual(board.history('tree.roots'), [[1, 1], [0, 1 + 20 - 1 + 2]]); // prettier-ignore
    assert.equal(board.get('tree.root'), 'none');
  });

  it("calls a root that is no bridge of the lab 'other'", () => {
    const { board, see } = start();
    see([toHost(1, { root: ROGUE, bridge: A, cost: 4, ageMs: 1000 })]);
    assert.equal(board.get('tree.root'), 'other');
    assert.equal(board.get('tree.roots'), 1);
  });

  it('knows a bridge by the addresses of its interfaces, too', () => {
    const { board, see, tree } = start();
    tree.onLink(linkSeen(0, 'sw-a:br0', { mac: 'aa:c1:ab:00:00:a0' }));
    see([toHost(1, { root: A, bridge: B, cost: 4, ageMs: 1000 })]);
    assert.equal(board.get('tree.root'), 'sw-a');
  });

  it('takes as root port the one that hears a better bridge and does not block', () => {
    const { board, see, tree } = start();
    tree.onLink(linkSeen(0, 'sw-b:eth1', { portState: 4 }));
    see(overDci(1, { root: A, bridge: A }));
    assert.equal(board.get('tree.sw-b.root-port'), 'none');
    tree.onLink(linkSeen(2, 'sw-b:eth1', { portState: 1 }));
    see([toHost(2.5, { root: A, bridge: B, cost: 4, ageMs: 1000 })]);
    assert.deepEqual(board.history('tree.sw-b.root-port').slice(1), [['eth1', 2]]);
    // it becomes designated there: what it hears is worse than what it says
    see(overDci(3, { root: B, bridge: B }));
    assert.deepEqual(board.history('tree.sw-b.root-port').at(-1), ['none', 3]);
  });

  it('loses the root port when nothing was heard on it for max age', () => {
    const { board, see, tree } = start();
    tree.onLink(linkSeen(0, 'sw-b:eth1', { portState: 3 }));
    see(overDci(1, { root: A, bridge: A }));
    assert.equal(board.get('tree.sw-b.root-port'), 'eth1');
    tree.tick(40 * S);
    assert.deepEqual(board.history('tree.sw-b.root-port').at(-1), ['none', 1 + 20 + 2]);
  });

  it('follows a root port that moved because the old one heard nothing any more', () => {
    const ring = { ...lab, links: [...lab.links, ringLink] };
    const board = new Board(stp.signals('tree', {}, ring));
    const tree = new StpReducer('tree', {}, ring, board.set);
    const C = '9000.aac1ab0000c0';
    tree.onLink(linkSeen(0, 'sw-b:eth1', { portState: 3 }));
    tree.onLink(linkSeen(0, 'sw-b:eth9', { portState: 4 }));
    const overRing = (t: number): Frame =>
      frame(t, ['ring', 'b>a', 'out'], bpdu({ root: A, bridge: C, cost: 2, ageMs: 1000 }));
    for (const f of overDci(1, { root: A, bridge: A })) tree.onFrame(f);
    for (let t = 1.1; t < 22; t += 2) tree.onFrame(overRing(t));
    assert.equal(board.get('tree.sw-b.root-port'), 'eth1');
    // the kernel's max_age is over, ours not yet: eth9 takes over, and hears, while eth1 does not
    tree.onLink(linkSeen(21.3, 'sw-b:eth9', { portState: 1 }));
    assert.deepEqual(board.history('tree.sw-b.root-port').at(-1), ['eth9', 21.3]);
  });

  it('counts the times that a root begins to flag a change, and the notifications', () => {
    const { board, see } = start();
    const tcn: FrameBody = { ...bpdu({ root: '', bridge: '' }), bpduType: 'tcn' } as FrameBody;
    see(overDci(1, { root: A, bridge: A }));
    see([frame(2, ['dci', 'b>a', 'in'], tcn), frame(2, ['dci', 'b>a', 'out'], tcn)]);
    see(overDci(2.1, { root: A, bridge: A, change: true }));
    see([toHost(2.2, { root: A, bridge: B, cost: 4, ageMs: 1000, change: true })]);
    see(overDci(4, { root: A, bridge: A, change: true }));
    see(overDci(40, { root: A, bridge: A }));
    see(overDci(50, { root: A, bridge: A, change: true }));
    assert.deepEqual(board.history('tree.topology-changes'), [[0, 1], [1, 2.1], [2, 50]]); // prettier-ignore
    assert.deepEqual(board.history('tree.tcns'), [[0, 1], [1, 2]]); // prettier-ignore
    const flagged = board.history('tree.topology-change').map(([value]) => value);
    assert.deepEqual(flagged, [false, true, false, true]);
  });
});
