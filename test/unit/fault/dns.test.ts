import assert from 'node:assert/strict';
import { dns } from '../../../src/fault/dns.ts';

describe('fault/dns', () => {
  const refusal = (written: object): string | undefined => dns.refuse?.(dns.schema.parse(written));

  it('refuses what its answer would not heed', () => {
    assert.equal(
      refusal({ answer: 'slow', delay: '1s', ttl: '5s' }),
      "'ttl' goes with ttl and wrong",
    );
    assert.equal(refusal({ answer: 'servfail', delay: '1s' }), "'delay' goes with slow");
    assert.equal(refusal({ answer: 'ttl', ttl: '5s' }), undefined);
    assert.equal(refusal({ answer: 'wrong', address: '10.0.0.1', ttl: '5s' }), undefined);
  });
});
