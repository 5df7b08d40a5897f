import assert from 'node:assert/strict';
import { link, type LinkParams } from '../../../src/observe/link.ts';
import { LinkReducer } from '../../../src/observe/link-reducer.ts';
import { Board, lab, linkSeen } from './two-site-lab.ts';

function start(params: LinkParams): { board: Board; reducer: LinkReducer } {
  const board = new Board(link.signals('l', params, lab));
  return { board, reducer: new LinkReducer('l', params, lab, board.set) };
}

describe('LinkReducer', () => {
  it('has a link up when both ends are up with carrier', () => {
    const { board, reducer } = start({ link: 'dci' });
    reducer.onLink(linkSeen(1, 'sw-a:eth1'));
    assert.equal(board.get('l.up'), undefined);
    reducer.onLink(linkSeen(2, 'sw-b:eth1'));
    reducer.onLink(linkSeen(3, 'sw-b:eth1', { carrier: false }));
    reducer.onLink(linkSeen(4, 'sw-b:eth1'));
    reducer.onLink(linkSeen(5, 'sw-a:eth1', { adminUp: false, carrier: false }));
    assert.deepEqual(board.history('l.up'), [[true, 2], [false, 3], [true, 4], [false, 5]]); // prettier-ignore
    assert.deepEqual(board.history('l.up["dci"]'), board.history('l.up'));
    assert.deepEqual(board.history('l.carrier["sw-b:eth1"]'), [[true, 2], [false, 3], [true, 4]]); // prettier-ignore
  });

  it('has a link down as soon as one end is, whatever the other is', () => {
    const { board, reducer } = start({ link: 'sw-a~sw-b' });
    reducer.onLink(linkSeen(1, 'sw-a:eth1', { gone: true }));
    assert.equal(board.get('l.up'), false);
  });

  it('watches every link when none is named', () => {
    const { board, reducer } = start({});
    for (const { a, b } of lab.links) {
      for (const end of [a, b]) reducer.onLink(linkSeen(1, `${end.node}:${end.interface}`));
    }
    assert.equal(board.get('l.up'), true);
    reducer.onLink(linkSeen(2, 'r1:eth3', { carrier: false }));
    assert.equal(board.get('l.up'), false);
    assert.equal(board.get('l.up["spare"]'), false);
    assert.equal(board.get('l.up["core"]'), true);
  });

  it('leaves interfaces alone that are no ends of its links', () => {
    const { board, reducer } = start({ link: 'dci' });
    reducer.onLink(linkSeen(1, 'sw-a:br0'));
    reducer.onLink(linkSeen(1, 'sw-a:eth2'));
    assert.deepEqual(board.log, []);
  });
});
