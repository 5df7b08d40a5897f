import assert from 'node:assert/strict';
import { ipv6Bytes } from '../../../../src/fault/frames/ethernet.ts';

describe('the bytes of an IPv6 address', () => {
  // RFC 4291 2.2, its examples
  const cases: Readonly<Record<string, string>> = {
    '2001:db8:0:0:8:800:200c:417a': '20010db80000000000080800200c417a',
    '2001:db8::8:800:200c:417a': '20010db80000000000080800200c417a',
    'ff01::101': 'ff010000000000000000000000000101',
    '::1': '00000000000000000000000000000001',
    '::': '00000000000000000000000000000000',
    'fe80::': 'fe800000000000000000000000000000',
    '::13.1.68.3': '0000000000000000000000000d014403',
    '::ffff:129.144.52.38': '00000000000000000000ffff81903426',
    '0:0:0:0:0:ffff:129.144.52.38': '00000000000000000000ffff81903426',
  };
  for (const [address, bytes] of Object.entries(cases)) {
    it(address, () => {
      assert.equal(ipv6Bytes(address).toString('hex'), bytes);
    });
  }
});
