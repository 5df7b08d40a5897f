import assert from 'node:assert/strict';
import { RoomEdges } from '../../../src/wire/room-edges.ts';
import type { RoomEdge } from '../../../src/wire/room.ts';
import type { WireWant } from '../../../src/wire/want.ts';

function cut(fault: string): WireWant {
  return { kind: 'cut', link: 'dci', direction: 'a>b', fault };
}

function edge(id: string, atNs: number, wants: WireWant[] = [], key?: string): RoomEdge {
  return { id, atNs, wants, ...(key !== undefined && { key }) };
}

/** All that is due, as 'id: wanted faults' */
function due(edges: RoomEdges, nowNs: number): string[] {
  const found: string[] = [];
  for (;;) {
    const next = edges.takeDue(nowNs);
    if (next === undefined) return found;
    found.push(`${next.id}: ${next.wants.map(({ fault }) => fault).join(' ')}`);
  }
}

describe('the edges that wait in the room', () => {
  it('are taken in order of time, equal times in the order in which they came', () => {
    const edges = new RoomEdges();
    for (const each of [edge('b', 2), edge('a', 1), edge('c', 2)]) edges.add(each);
    assert.equal(edges.nextNs, 1);
    assert.deepEqual(due(edges, 2), ['a: ', 'b: ', 'c: ']);
    assert.equal(edges.nextNs, Infinity);
  });

  it('are replaced, but for what has been done', () => {
    const edges = new RoomEdges();
    edges.add(edge('1', 1, [], 'x'));
    edges.add(edge('2', 5, [], 'y'));
    due(edges, 1);
    edges.replace([edge('3', 1, [], 'x'), edge('4', 6, [cut('late')], 'z')], 2);
    assert.deepEqual(due(edges, 10), ['4: late']);
  });

  it('that nobody knew of in time do what is wanted now', () => {
    const edges = new RoomEdges();
    edges.add(edge('1', 1, [cut('old')], 'x'));
    edges.add(edge('2', 5, [], 'y'));
    due(edges, 6);
    // a step begins at 4: when the room hears of it, 5 is over and has ended 'old'
    edges.replace(
      [
        edge('3', 4, [cut('old'), cut('new')], 'begins'),
        edge('4', 5, [cut('new')], 'y'),
        edge('5', 9, [], 'ends'),
      ],
      6,
    );
    assert.deepEqual(due(edges, 6), ['3: new']);
    assert.deepEqual(due(edges, 9), ['5: ']);
  });

  it('tell the next ones, which stay', () => {
    const edges = new RoomEdges();
    for (const at of [3, 1, 2]) edges.add(edge(String(at), at));
    const next = edges.first(2).map(({ id }) => id);
    assert.deepEqual([next, edges.nextNs], [['1', '2'], 1]);
  });
});
