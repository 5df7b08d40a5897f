import assert from 'node:assert/strict';
import { nearName } from '../../../src/scenario/near-name.ts';

describe('scenario/near-name', () => {
  const names = ['impair', 'black-hole', 'carrier-loss', 'admin-down', 'dci', 'users-a.ok'];
  const cases: readonly (readonly [string, string | undefined])[] = [
    ['impiar', 'impair'],
    ['Impair', 'impair'],
    ['blackhole', 'black-hole'],
    ['carrier', 'carrier-loss'],
    ['dcii', 'dci'],
    ['user-a.ok', 'users-a.ok'],
    ['zebra', undefined],
    ['x', undefined],
  ];
  for (const [word, want] of cases) {
    it(`${word} → ${want ?? 'nothing'}`, () => assert.equal(nearName(word, names), want));
  }
});
