import assert from 'node:assert/strict';
import { arp } from '../../../../src/fault/frames/arp.ts';
import { configBpdu, topologyChangeBpdu } from '../../../../src/fault/frames/bpdu.ts';
import { checksum, ipv6Bytes } from '../../../../src/fault/frames/ethernet.ts';
import { vrrpAdvert } from '../../../../src/fault/frames/vrrp.ts';
import { decodeFrame } from '../../../../src/observe/decode/decode.ts';
import type { CraftedFrame } from '../../../../src/wire/want.ts';

const MAC = '02:ca:06:00:00:01';
const bpdu = { mac: MAC, priority: 0, helloNs: 2e9, maxAgeNs: 20e9, forwardDelayNs: 15e9 };

function decoded({ hex, bytes }: CraftedFrame): unknown {
  const frame = Buffer.alloc(bytes);
  frame.write(hex, 'hex');
  const at = { tNs: 0, link: 'l', direction: 'a>b', stage: 'in' } as const;
  return decodeFrame({ ...at, bytes: frame })?.body;
}

/** Bytes as they stand in the standards, field by field; `_` and blanks are there for the eye. */
const hex = (text: string): string => text.replaceAll(/[\s_]/g, '');

describe('crafted frames', () => {
  it('a Configuration BPDU as in 802.1D-1998 9.3.1', () => {
    assert.equal(
      configBpdu({ ...bpdu, priority: 0x1000, version: 'stp' }).hex,
      hex(`0180c2000000 02ca06000001 0026  42 42 03
        0000 00 00 00  1000_02ca06000001 00000000 1000_02ca06000001 8001  0000 1400 0200 0f00`),
    );
  });

  it('an RST BPDU as in 802.1D-2004 9.3.3: version 2, type 2, a designated port that forwards', () => {
    assert.equal(
      configBpdu({ ...bpdu, version: 'rstp' }).hex,
      hex(`0180c2000000 02ca06000001 0027  42 42 03
        0000 02 02 7c  0000_02ca06000001 00000000 0000_02ca06000001 8001  0000 1400 0200 0f00 00`),
    );
  });

  it('a Topology Change Notification as in 802.1D-1998 9.3.2', () => {
    assert.equal(
      topologyChangeBpdu(MAC).hex,
      hex('0180c2000000 02ca06000001 0007 424203 0000 00 80'),
    );
  });

  it('an ARP announcement as in RFC 826 and RFC 5227', () => {
    const said = { senderMac: MAC, senderIp: '10.0.0.1', targetIp: '10.0.0.1' };
    assert.equal(
      arp({ operation: 'request', ...said }).hex,
      hex(`ffffffffffff 02ca06000001 0806  0001 0800 06 04 0001
        02ca06000001 0a000001 000000000000 0a000001`),
    );
    assert.equal(
      arp({ operation: 'reply', ...said }).hex,
      hex(`ffffffffffff 02ca06000001 0806  0001 0800 06 04 0002
        02ca06000001 0a000001 02ca06000001 0a000001`),
    );
  });

  it('a VRRPv2 advert as in RFC 3768 5.1, with TTL 255 and both checksums', () => {
    const advert = { version: 2, group: 51, priority: 255, intervalNs: 1e9 } as const;
    const frame = vrrpAdvert({ ...advert, source: '10.0.0.9', addresses: ['10.0.0.1'] });
    assert.equal(
      frame.hex,
      hex(`01005e000012 00005e000133 0800  45c0 0028 0000 0000 ff 70 d08a 0a000009 e0000012
        21 33 ff 01 00 01 d5c8 0a000001 0000000000000000`),
    );
  });

  it('a VRRPv3 advert for IPv6 as in RFC 5798 5.1', () => {
    const advert = { version: 3, group: 7, priority: 200, intervalNs: 100e6 } as const;
    const frame = vrrpAdvert({ ...advert, source: 'fe80::9', addresses: ['fe80::1'] });
    assert.match(frame.hex, /^33330000001200005e00020786dd6c000000001870ff/);
    assert.match(frame.hex, /3107c801000a[0-9a-f]{4}fe800000000000000000000000000001$/);
  });

  it('our own decoders, which look at the checksums, know them', () => {
    assert.deepEqual(decoded(configBpdu({ ...bpdu, version: 'stp' })), {
      protocol: 'bpdu', bpduType: 'config', rootId: '0000.02ca06000001', rootPathCost: 0,
      bridgeId: '0000.02ca06000001', portId: 0x8001, topologyChange: false,
      topologyChangeAck: false, messageAgeMs: 0, maxAgeMs: 20_000, helloTimeMs: 2000,
      forwardDelayMs: 15_000,
    }); // prettier-ignore
    const advert = { group: 51, priority: 255, source: '10.0.0.9', addresses: ['10.0.0.1'] };
    const seen = { protocol: 'vrrp', vrid: 51, priority: 255, source: '10.0.0.9', addresses: ['10.0.0.1'] }; // prettier-ignore
    for (const [version, intervalNs, advertIntervalMs] of [
      [2, 1e9, 1000],
      [3, 100e6, 100],
    ] as const) {
      // prettier-ignore
      const body = decoded(vrrpAdvert({ ...advert, version, intervalNs }));
      assert.deepEqual(body, { ...seen, version, advertIntervalMs });
    }
  });

  it('are as long as Ethernet wants, and as was asked', () => {
    const said = { senderMac: MAC, senderIp: '0.0.0.0', targetIp: '0.0.0.0' };
    assert.equal(arp({ operation: 'request', ...said }).bytes, 60);
    assert.equal(arp({ operation: 'request', ...said, bytes: 100 }).bytes, 100);
  });

  it('IPv6 addresses in all their forms', () => {
    const text = (address: string): string => ipv6Bytes(address).toString('hex');
    assert.equal(text('::'), '0'.repeat(32));
    assert.equal(text('ff02::12'), `ff02${'0'.repeat(26)}12`);
    assert.equal(text('1:2:3:4:5:6:7:8'), '00010002000300040005000600070008');
  });

  it('the checksum of RFC 1071 section 3', () => {
    assert.equal(checksum(Buffer.from('0001f203f4f5f6f7', 'hex')), ~0xddf2 & 0xffff);
  });
});
