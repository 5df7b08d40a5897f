import { strict as assert } from 'node:assert';
import { rootDigest } from '../../../src/kernel/root-digest.ts';

describe('the digest of the root', () => {
  it('is the same when asked again', () => {
    const digest = rootDigest();
    assert.match(digest, /^[0-9a-f]{16}$/);
    assert.equal(rootDigest(), digest);
  });
});
