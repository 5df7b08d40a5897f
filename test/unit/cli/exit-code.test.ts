import assert from 'node:assert/strict';
import { combineExitCodes, exitCodeOf } from '../../../src/cli/exit-code.ts';

describe('exit codes', () => {
  it('outweigh each other as language.md says: 130 > 70 > 64 > 3 > 1 > 2 > 69 > 0', () => {
    const order = [130, 143, 70, 64, 3, 1, 2, 69, 0];
    order.forEach((code, i) => {
      assert.equal(combineExitCodes(order.slice(i).reverse()), code);
    });
  });

  it('of no run at all is a usage error', () => {
    assert.equal(combineExitCodes([]), 64);
  });

  it('that nobody knows count as a bug', () => {
    assert.equal(combineExitCodes([17]), 70);
  });

  it('of a wrong file is 64, of a machine that cannot is 69', () => {
    assert.equal(exitCodeOf('invalid'), 64);
    assert.equal(exitCodeOf('cannot-run-here'), 69);
  });
});
