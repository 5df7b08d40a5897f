import assert from 'node:assert/strict';
import { inOrder } from '../../../src/observe/seen.ts';

describe('inOrder', () => {
  it('drops what is unchanged, and never lets a signal go back in time', () => {
    const log: unknown[] = [];
    const set = inOrder((...args) => {
      log.push(args);
    });
    set('a', 1, 100);
    set('a', 1, 110);
    set('a', 2, 90);
    set('b', 2, 90);
    set('a', 3, 200, 150);
    set('a', 4, 210, 120);
    assert.deepEqual(log, [
      ['a', 1, 100, 100],
      ['a', 2, 100, 100],
      ['b', 2, 90, 90],
      ['a', 3, 200, 150],
      ['a', 4, 210, 150],
    ]);
  });
});
