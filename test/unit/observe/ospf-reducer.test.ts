import assert from 'node:assert/strict';
import type { FrameBody } from '../../../src/observe/decode/frame.ts';
import { ospf, type OspfParams } from '../../../src/observe/ospf.ts';
import type { OspfNeighbor } from '../../../src/observe/ospf-neighbors.ts';
import { OspfReducer } from '../../../src/observe/ospf-reducer.ts';
import { addressSeen, Board, frame, lab, S } from './two-site-lab.ts';

const params: OspfParams = { poll: S };

function start(): { board: Board; core: OspfReducer } {
  const board = new Board(ospf.signals('core', params, lab));
  const core = new OspfReducer('core', params, lab, board.set);
  core.onAddress(addressSeen(0, 'r1:eth2', '10.0.12.1/24'));
  core.onAddress(addressSeen(0, 'r2:eth2', '10.0.12.2/24'));
  core.onAddress(addressSeen(0, 'r1:eth3', '10.0.13.1/24'));
  core.onAddress(addressSeen(0, 'r2:eth3', '10.0.13.2/24'));
  return { board, core };
}

type State = OspfNeighbor['state'];

/** r1's view of r2 on one of the two networks between them */
function r1Sees(state: State, net = 12): OspfNeighbor {
  const [address, localAddress] = [`10.0.${net}.2`, `10.0.${net}.1`];
  return {
    routerId: '2.2.2.2',
    address,
    localAddress,
    interface: net === 12 ? 'eth2' : 'eth3',
    state,
  };
}

function r2Sees(state: State, net = 12): OspfNeighbor {
  const [address, localAddress] = [`10.0.${net}.1`, `10.0.${net}.2`];
  return {
    routerId: '1.1.1.1',
    address,
    localAddress,
    interface: net === 12 ? 'eth2' : 'eth3',
    state,
  };
}

function hello(routerId: string): FrameBody {
  return {
    protocol: 'ospf',
    packetType: 'hello',
    routerId,
    area: '0.0.0.0',
    source: '10.0.12.1',
    neighbors: [],
  };
}

describe('OspfReducer', () => {
  it('counts an adjacency once, and only when both ends have it Full', () => {
    const { board, core } = start();
    core.onTable('r1', [r1Sees('full')], 1 * S);
    assert.equal(board.get('core.neighbors'), null);
    core.onTable('r2', [r2Sees('loading')], 1.1 * S);
    assert.equal(board.get('core.neighbors'), 0);
    assert.equal(board.get('core.full'), false);
    core.onTable('r2', [r2Sees('full')], 2.1 * S);
    assert.equal(board.get('core.neighbors'), 1);
    assert.equal(board.get('core.full'), true);
    assert.deepEqual(board.history('core.state["r2","r1"]'), [['loading', 1.1], ['full', 2.1]]); // prettier-ignore
  });

  it('counts two links between two routers as two', () => {
    const { board, core } = start();
    core.onTable('r1', [r1Sees('full'), r1Sees('full', 13)], 1 * S);
    core.onTable('r2', [r2Sees('full'), r2Sees('full', 13)], 1 * S);
    assert.equal(board.get('core.neighbors'), 2);
    core.onTable('r1', [r1Sees('full')], 2 * S);
    assert.equal(board.get('core.neighbors'), 1);
    assert.equal(board.get('core.state["r1","r2"]'), 'full');
    assert.equal(board.get('core.full'), false);
  });

  it('counts an adjacency with a router that is not watched by its one end', () => {
    const { board, core } = start();
    const stranger = { ...r1Sees('full'), routerId: '9.9.9.9', address: '10.0.12.9' };
    core.onTable('r1', [stranger], 1 * S);
    core.onTable('r2', [], 1 * S);
    assert.equal(board.get('core.neighbors'), 1);
    assert.equal(board.get('core.state["r1","r2"]'), 'none');
  });

  it('is not full while an adjacency that was there is gone, or only on its way back', () => {
    const { board, core } = start();
    for (const state of ['full', 'none', 'init', 'full'] as const) {
      core.onTable('r1', state === 'none' ? [] : [r1Sees(state)], 1 * S);
      core.onTable('r2', state === 'none' ? [] : [r2Sees(state)], 1 * S);
    }
    const values = board.history('core.full').map(([value]) => value);
    assert.deepEqual(values, [null, true, false, true]);
  });

  it('accepts 2-Way of two routers that are neither DR nor backup', () => {
    const { board, core } = start();
    core.onTable('r1', [r1Sees('full'), r1Sees('two-way', 13)], 1 * S);
    core.onTable('r2', [r2Sees('full'), r2Sees('two-way', 13)], 1 * S);
    assert.equal(board.get('core.neighbors'), 1);
    assert.equal(board.get('core.full'), true);
  });

  it('is not full before every end that says hello to another has a Full neighbour', () => {
    const { board, core } = start();
    core.onFrame(frame(1, ['spare', 'a>b', 'in'], hello('1.1.1.1')));
    core.onFrame(frame(1, ['spare', 'b>a', 'in'], hello('2.2.2.2')));
    core.onTable('r1', [r1Sees('full')], 2 * S);
    core.onTable('r2', [r2Sees('full')], 2 * S);
    assert.equal(board.get('core.full'), false);
    core.onTable('r1', [r1Sees('full'), r1Sees('full', 13)], 3 * S);
    core.onTable('r2', [r2Sees('full'), r2Sees('full', 13)], 3 * S);
    assert.equal(board.get('core.full'), true);
  });

  it('does not wait for an end that nobody answers (a stub network)', () => {
    const { board, core } = start();
    core.onFrame(frame(1, ['fw-a~r1', 'b>a', 'in'], hello('1.1.1.1')));
    core.onTable('r1', [r1Sees('full')], 2 * S);
    core.onTable('r2', [r2Sees('full')], 2 * S);
    assert.equal(board.get('core.full'), true);
  });

  it('knows nothing while a daemon does not answer', () => {
    const { board, core } = start();
    core.onTable('r1', [r1Sees('full')], 1 * S);
    core.onTable('r2', [r2Sees('full')], 1 * S);
    core.onTable('r2', null, 2 * S);
    assert.equal(board.get('core.full'), null);
    assert.equal(board.get('core.neighbors'), null);
    assert.equal(board.get('core.state["r2","r1"]'), null);
    assert.equal(board.get('core.state["r1","r2"]'), 'full');
  });

  it('measures the time between hellos as they are delivered', () => {
    const { board, core } = start();
    for (const t of [1, 2, 3, 4]) core.onFrame(frame(t, ['core', 'b>a', 'in'], hello('2.2.2.2')));
    for (const t of [1, 4.5]) core.onFrame(frame(t, ['core', 'b>a', 'out'], hello('2.2.2.2')));
    assert.deepEqual(board.history('core.hello-gap["r1","r2"]'), [[3.5 * S, 4.5]]);
    assert.equal(board.get('core.hello-gap["r2","r1"]'), undefined);
  });
});
