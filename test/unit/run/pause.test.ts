import assert from 'node:assert/strict';
import type { TimelineEdge } from '../../../src/fault/expand.ts';
import { plannedNs, shifted, shiftedNs } from '../../../src/run/pause.ts';

const edge = (atNs: number): TimelineEdge => ({ atNs, wants: [], changes: [], node: [] });
const times = (...edges: readonly (readonly TimelineEdge[])[]): readonly number[] =>
  edges.flat().map(({ atNs }) => atNs);

describe('run/pause', () => {
  it('what comes after it does not come while it lasts, and later by its length then', () => {
    const open = { fromNs: 10, byNs: null };
    assert.deepEqual(times(shifted(edge(9), open), shifted(edge(10), open)), [9]);
    const over = { fromNs: 10, byNs: 5 };
    assert.deepEqual(times(shifted(edge(9), over), shifted(edge(10), over)), [9, 15]);
    assert.deepEqual(times(shifted(edge(10), null)), [10]);
  });

  it('what has come is known by its moment in the plan', () => {
    const over = { fromNs: 10, byNs: 5 };
    for (const atNs of [0, 9, 10, 11, 20]) {
      assert.equal(plannedNs(shiftedNs(atNs, over), over), atNs);
    }
    assert.deepEqual([plannedNs(7, null), shiftedNs(7, null)], [7, 7]);
  });
});
