import assert from 'node:assert/strict';
import { wallLimitMs } from '../../../src/cli/run/run-once.ts';

describe('cli: when a run is ended though it has not', () => {
  const ready = { withinNs: 60e9, holdNs: 0, that: [] };

  it('is four times what it can take and ten minutes, or what the scenario says', () => {
    assert.equal(wallLimitMs({ ready, longestNs: 60e9, wallLimitNs: null }), 480_000 + 600_000);
    assert.equal(wallLimitMs({ ready, longestNs: 60e9, wallLimitNs: 5e9 }), 5000);
  });

  it('is no longer than a timer of Node bears, which would fire at once', () => {
    const week = 7 * 86_400e9;
    assert.equal(wallLimitMs({ ready, longestNs: week, wallLimitNs: null }), 2 ** 31 - 1);
  });
});
