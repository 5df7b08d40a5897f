import assert from 'node:assert/strict';
import { traffic, trafficLinks } from '../../../src/observe/traffic.ts';
import { TrafficReducer, type TrafficSeen } from '../../../src/observe/traffic-reducer.ts';
import { Board, lab } from './two-site-lab.ts';

function start(): { board: Board; reducer: TrafficReducer } {
  const params = traffic.schema.parse({});
  const board = new Board(traffic.signals('t', params, lab));
  return { board, reducer: new TrafficReducer('t', trafficLinks(params, lab), board.set) };
}

const seen = (s: number, ...segments: TrafficSeen['segments']): TrafficSeen => ({
  tNs: s * 1e9,
  segments,
});

const segment = (link: string, frames: number, stormFrames = 0, amplification = 0, overflowed = 0): TrafficSeen['segments'][number] => ({
  link, frames, stormFrames, amplification, overflowed,
}); // prettier-ignore

describe('TrafficReducer', () => {
  it('makes rates of counters, over the time that has passed, both ways together', () => {
    const { board, reducer } = start();
    reducer.onTraffic(seen(1, segment('dci', 100), segment('dci', 10), segment('core', 5)));
    assert.equal(board.get('t.rate'), undefined, 'one look is no rate');
    reducer.onTraffic(
      seen(3, segment('dci', 140, 8, 0, 4), segment('dci', 20), segment('core', 5)),
    );
    assert.equal(board.get('t.rate["dci"]'), 25);
    assert.equal(board.get('t.rate["core"]'), 0);
    assert.equal(board.get('t.rate'), 25);
    assert.equal(board.get('t.storm-rate["dci"]'), 4);
    assert.equal(board.get('t.overflow'), 2);
  });

  it('has the amplification of the worse direction, and of the worst link', () => {
    const { board, reducer } = start();
    reducer.onTraffic(seen(1, segment('dci', 9, 9, 0.5), segment('dci', 9, 9, 3), segment('core', 1, 1, 1))); // prettier-ignore
    assert.equal(board.get('t.amplification["dci"]'), 3);
    assert.equal(board.get('t.amplification["core"]'), 1);
    assert.equal(board.get('t.amplification'), 3);
  });
});
