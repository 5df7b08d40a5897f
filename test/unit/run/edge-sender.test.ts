import assert from 'node:assert/strict';
import type { TimelineEdge } from '../../../src/fault/expand.ts';
import { warmUp } from '../../../src/run/edge-sender.ts';
import type { Room } from '../../../src/wire/room.ts';
import type { WireWant } from '../../../src/wire/want.ts';

const at = { link: 'dci', direction: 'a>b', fault: 'f' } as const;
const cut: WireWant = { ...at, kind: 'cut' };
const late: WireWant = { ...at, kind: 'impair', match: {}, impairment: { delayNs: 1e6 } };

describe('what is made before the first edge', () => {
  it('everything that is wanted at any edge, whatever its kind, each once', () => {
    const made: (readonly WireWant[])[] = [];
    const room: Pick<Room, 'warmUp'> = { warmUp: (wants) => made.push(wants) };
    const edges = [[cut], [cut, late], [], [cut], [late]].map((wants, k): TimelineEdge => ({
      atNs: k,
      wants,
      changes: [],
      node: [],
    }));
    warmUp(room as Room, edges);
    assert.deepEqual(made, [[cut], [cut, late], [late]]);
  });
});
