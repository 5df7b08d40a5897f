import assert from 'node:assert/strict';
import type { FrameBody } from '../../../src/observe/decode/frame.ts';
import { vrrp, type VrrpParams } from '../../../src/observe/vrrp.ts';
import { VrrpReducer } from '../../../src/observe/vrrp-reducer.ts';
import { addressSeen, Board, frame, lab, linkSeen, S } from './two-site-lab.ts';

const VIP = '10.0.0.1/24';

function advert(vrid = 51, priority = 150): FrameBody {
  return {
    protocol: 'vrrp',
    version: 2,
    vrid,
    priority,
    advertIntervalMs: 1000,
    source: '10.0.0.2',
    addresses: ['10.0.0.1'],
  };
}

function start(params: VrrpParams): { board: Board; gw: VrrpReducer } {
  const board = new Board(vrrp.signals('gw', params, lab));
  return { board, gw: new VrrpReducer('gw', params, lab, board.set) };
}

const fromA = ['fw-a~sw-a', 'a>b', 'in'] as const;
const fromB = ['fw-b~sw-b', 'a>b', 'in'] as const;

describe('VrrpReducer', () => {
  it('counts the routers that hold a given address, exact to the event', () => {
    const { board, gw } = start({ group: 51, address: '10.0.0.1' });
    gw.onAddress(addressSeen(1, 'fw-a:eth1', '10.0.0.2/24'));
    assert.equal(board.get('gw.masters'), 0);
    assert.equal(board.get('gw.master'), 'none');
    gw.onAddress(addressSeen(2, 'fw-a:eth1', VIP));
    gw.onAddress(addressSeen(5.5, 'fw-b:eth1', VIP));
    gw.onAddress(addressSeen(7.25, 'fw-a:eth1', VIP, false));
    assert.deepEqual(board.history('gw.masters'), [[0, 1], [1, 2], [2, 5.5], [1, 7.25]]); // prettier-ignore
    assert.deepEqual(board.history('gw.master'), [['none', 1], ['fw-a', 2], ['several', 5.5], ['fw-b', 7.25]]); // prettier-ignore
    assert.deepEqual(board.history('gw.holds["fw-a"]'), [[false, 1], [true, 2], [false, 7.25]]); // prettier-ignore
    assert.deepEqual(board.history('gw.transitions'), [[0, 1], [1, 2], [2, 5.5]]); // prettier-ignore
  });

  it('knows nothing about mastership before it has learned the address from an advert', () => {
    const { board, gw } = start({ group: 51 });
    gw.onAddress(addressSeen(1, 'fw-a:eth1', VIP));
    gw.onFrame(frame(1.5, fromA, advert(52)));
    assert.equal(board.get('gw.masters'), undefined);
    gw.onFrame(frame(2, fromA, advert()));
    assert.deepEqual(board.history('gw.masters'), [[1, 2]]);
    assert.equal(board.get('gw.master'), 'fw-a');
  });

  it('does not let a router hold an address where it can not answer', () => {
    const { board, gw } = start({ group: 51, address: '10.0.0.1' });
    gw.onAddress(addressSeen(1, 'fw-a:eth1', VIP));
    gw.onLink(linkSeen(2, 'fw-a:eth1', { carrier: false }));
    gw.onLink(linkSeen(3, 'fw-a:eth1'));
    gw.onLink(linkSeen(4, 'fw-a:eth1', { adminUp: false, carrier: false }));
    gw.onLink(linkSeen(5, 'fw-a:eth1'));
    gw.onLink(linkSeen(6, 'fw-a:eth1', { gone: true }));
    gw.onLink(linkSeen(7, 'fw-a:eth1'));
    const expected = [[1, 1], [0, 2], [1, 3], [0, 4], [1, 5], [0, 6]]; // prettier-ignore
    assert.deepEqual(board.history('gw.masters'), expected);
  });

  it('leaves nodes alone that it does not watch', () => {
    const { board, gw } = start({ group: 51, address: '10.0.0.1' });
    gw.onAddress(addressSeen(1, 'client-a:eth1', VIP));
    gw.onAddress(addressSeen(1, 'fw-a:lo', '127.0.0.1/8'));
    assert.equal(board.get('gw.masters'), 0);
  });

  it('says who claims by the adverts that enter a wire at the router, not by what bridges pass on', () => {
    const { board, gw } = start({ group: 51 });
    gw.onFrame(frame(1, fromA, advert()));
    gw.onFrame(frame(1, ['fw-a~sw-a', 'a>b', 'out'], advert()));
    gw.onFrame(frame(1, ['dci', 'a>b', 'in'], advert()));
    gw.onFrame(frame(1, ['fw-b~sw-b', 'b>a', 'in'], advert()));
    assert.equal(board.get('gw.advertising["fw-a"]'), true);
    assert.equal(board.get('gw.advertising["fw-b"]'), false);
    assert.equal(board.get('gw.claimants'), 1);
  });

  it('ends a claim when the next advert was due and did not come, whenever it notices', () => {
    const { board, gw } = start({ group: 51 });
    gw.onFrame(frame(1, fromA, advert()));
    gw.onFrame(frame(2, fromA, advert()));
    gw.tick(3.9 * S);
    assert.equal(board.get('gw.claimants'), 1);
    gw.tick(6 * S);
    assert.deepEqual(board.history('gw.claimants'), [[0, 1], [1, 1], [0, 3]]); // prettier-ignore
    assert.equal(board.log.at(-1)?.atNs, 6 * S);
  });

  it('forgives an advert that is a little late', () => {
    const { board, gw } = start({ group: 51 });
    for (const t of [1, 2.2, 3.6, 4.6]) {
      gw.onFrame(frame(t, fromA, advert()));
      gw.tick(t * S);
    }
    assert.deepEqual(board.history('gw.advertising["fw-a"]'), [[false, 1], [true, 1]]); // prettier-ignore
  });

  it('ends a claim before it begins the next one, in order of time', () => {
    const { board, gw } = start({ group: 51 });
    gw.onFrame(frame(1, fromA, advert()));
    gw.onFrame(frame(5, fromB, advert()));
    assert.deepEqual(board.history('gw.claimants').slice(1), [[1, 1], [0, 2], [1, 5]]); // prettier-ignore
  });

  it('ends a claim at once when the router resigns (priority 0)', () => {
    const { board, gw } = start({ group: 51 });
    gw.onFrame(frame(1, fromA, advert()));
    gw.onFrame(frame(1.5, fromA, advert(51, 0)));
    assert.deepEqual(board.history('gw.advertising["fw-a"]').at(-1), [false, 1.5]);
  });
});
