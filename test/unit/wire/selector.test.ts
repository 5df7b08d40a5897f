import assert from 'node:assert/strict';
import { selectFrames } from '../../../src/wire/selector.ts';

describe('classes of frames as nft matches', () => {
  it('every frame is the empty match', () => {
    assert.deepEqual(selectFrames({}), ['']);
  });

  it('one of either side is two matches that no frame meets twice', () => {
    assert.deepEqual(selectFrames({ protocol: 'bgp' }), [
      'tcp dport 179',
      'tcp sport 179 tcp dport != 179',
    ]);
  });

  it('all members must match', () => {
    const flow = {
      source: '10.0.0.1',
      destination: 'fd00::2/64',
      ipProtocol: 'udp',
      destinationPort: 53,
    } as const;
    assert.deepEqual(selectFrames({ protocol: 'ospf-hello', largerThanBytes: 100 }), [
      'meta l4proto 89 @th,8,8 1 meta length > 100',
    ]);
    assert.deepEqual(selectFrames({ flow }), [
      'ip saddr 10.0.0.1 ip6 daddr fd00::2/64 meta l4proto 17 udp dport 53',
    ]);
  });

  it('a flow of ARP is in ARP’s own addresses', () => {
    assert.deepEqual(selectFrames({ protocol: 'arp-request', flow: { destination: '10.0.0.9' } }), [
      'arp operation request arp daddr ip 10.0.0.9',
    ]);
  });

  it('ports without a protocol are those of any', () => {
    assert.deepEqual(selectFrames({ flow: { sourcePort: 7 } }), ['th sport 7']);
  });
});
