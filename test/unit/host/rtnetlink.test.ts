import assert from 'node:assert/strict';
import { decodeAttributes, decodeMessages, encodeMessage } from '../../../src/host/netlink.ts';
import type { NetlinkMessage, NetlinkRequest } from '../../../src/host/netlink.ts';
import {
  TC_ROOT,
  addQdisc,
  classId,
  decodeQdisc,
  packetFifo,
  priorityBands,
  tokenBucket,
} from '../../../src/host/qdisc.ts';
import { decodeAddress, ipv6Text } from '../../../src/host/rtnetlink-address.ts';
import { createVeth, decodeLink, setLinkUp } from '../../../src/host/rtnetlink-link.ts';
import { assignNsid } from '../../../src/host/rtnetlink-namespace.ts';
import * as captured from './netlink-messages.ts';

const IFLA_LINKINFO = 18;
const IFLA_NET_NS_FD = 28;

function only(bytes: Buffer): NetlinkMessage {
  const [first, ...rest] = [...decodeMessages(bytes, bytes.length)];
  assert.ok(first !== undefined && rest.length === 0);
  return first;
}

/** Our request as the kernel would see it. */
function encoded(request: NetlinkRequest): NetlinkMessage {
  return only(encodeMessage(request, 1));
}

/** Attributes as hex by type: their order has no meaning. */
function attributesOf(body: Buffer, start: number, without: readonly number[] = []): unknown {
  const found = [...decodeAttributes(body, start)].filter(([type]) => !without.includes(type));
  return Object.fromEntries(found.map(([type, payload]) => [type, payload.toString('hex')]));
}

const PLACE = { device: 1001, handle: classId(1, 0), parent: TC_ROOT };

describe('rtnetlink, against what iproute2 sends', () => {
  it('makes a veth pair', () => {
    const end = { netnsFd: 9, mtu: 9500 };
    const ours = encoded(
      createVeth(
        { ...end, name: 'eth1', index: 1000, mac: 'aa:c1:ab:00:00:01' },
        { ...end, name: 'w1a', index: 1001, mac: '06:ca:05:00:03:e9' },
      ),
    );
    const theirs = only(captured.createVeth);
    assert.equal(ours.type, theirs.type);
    // they ask for an acknowledgement in the same place
    assert.equal(ours.flags | 4, theirs.flags);
    assert.deepEqual(ours.body.subarray(0, 16), theirs.body.subarray(0, 16));
    const without = [IFLA_LINKINFO, IFLA_NET_NS_FD];
    assert.deepEqual(attributesOf(ours.body, 16, without), attributesOf(theirs.body, 16, without));
    const [peer, theirPeer] = [ours, theirs].map(({ body }) => {
      const info = decodeAttributes(decodeAttributes(body, 16).get(IFLA_LINKINFO) ?? body);
      assert.match(info.get(1)?.toString() ?? '', /^veth\0?$/);
      return decodeAttributes(info.get(2) ?? body).get(1) ?? body;
    });
    assert.ok(peer !== undefined && theirPeer !== undefined);
    assert.deepEqual(peer.subarray(0, 16), theirPeer.subarray(0, 16));
    assert.deepEqual(
      attributesOf(peer, 16, [IFLA_NET_NS_FD]),
      attributesOf(theirPeer, 16, [IFLA_NET_NS_FD]),
    );
  });

  it('takes a link down', () => {
    const ours = encoded(setLinkUp(1001, false, 'w1a'));
    assert.deepEqual(ours.body, only(captured.linkDown).body);
    assert.equal(ours.type, only(captured.linkDown).type);
  });

  it('gives a namespace its id', () => {
    const theirs = only(captured.assignNsid);
    const ours = encoded(assignNsid(6, 7));
    assert.equal(ours.type, theirs.type);
    assert.deepEqual(attributesOf(ours.body, 4), attributesOf(theirs.body, 4));
  });

  it('adds the fifo and the bands', () => {
    const fifo = { device: 1001, handle: classId(0x20, 0), parent: classId(1, 1) };
    assert.deepEqual(
      encoded(addQdisc(fifo, packetFifo(1000))).body,
      only(captured.packetFifo).body,
    );
    const bands = encoded(addQdisc({ ...PLACE, handle: classId(0xca05, 0) }, priorityBands(16)));
    const theirs = only(captured.priorityBands);
    assert.deepEqual(bands.body.subarray(0, 20), theirs.body.subarray(0, 20));
    const [our, their] = [bands, theirs].map(({ body }) => decodeAttributes(body, 20).get(2));
    // iproute2 appends an empty attribute
    assert.deepEqual(our, their?.subarray(0, 20));
  });

  it('adds the token bucket with the same rate, queue and burst', () => {
    const bucket = tokenBucket({ rateBitPerSec: 100e6, burstBytes: 12500, queueBytes: 5000 });
    const [ours, theirs] = [encoded(addQdisc(PLACE, bucket)), only(captured.tokenBucket)].map(
      ({ body }) => decodeAttributes(decodeAttributes(body, 20).get(2) ?? body),
    );
    assert.deepEqual(ours?.get(6), theirs?.get(6), 'burst');
    const [parameters, theirParameters] = [ours?.get(1), theirs?.get(1)];
    assert.equal(parameters?.length, theirParameters?.length);
    // linklayer; the rate; the limit. Cell size and buffer time are for kernels without TCA_TBF_BURST
    assert.equal(parameters?.readUInt8(1), theirParameters?.readUInt8(1));
    assert.equal(parameters?.readUInt32LE(8), theirParameters?.readUInt32LE(8));
    assert.equal(parameters?.readUInt32LE(24), theirParameters?.readUInt32LE(24));
  });

  it('gives rates beyond 32 bits of bytes per second', () => {
    const { options } = tokenBucket({ rateBitPerSec: 100e9, burstBytes: 12_500_000 });
    const attributes = decodeAttributes(options);
    assert.equal(attributes.get(4)?.readBigUInt64LE(0), 12_500_000_000n);
    assert.equal(attributes.get(1)?.readUInt32LE(8), 0xffffffff);
  });
});

describe('rtnetlink, as the kernel speaks', () => {
  it('reads a bridge port from the link itself', () => {
    assert.deepEqual(decodeLink(only(captured.portLink)), {
      index: 1000,
      removed: false,
      fromBridge: false,
      name: 'eth1',
      adminUp: true,
      carrier: false,
      mac: 'aa:c1:ab:00:00:01',
      master: 2,
      portState: 0,
    });
  });

  it('reads what a bridge says of its port', () => {
    const port = decodeLink(only(captured.bridgeSaysPort));
    assert.deepEqual(
      [port.fromBridge, port.removed, port.name, port.master, port.portState],
      [true, false, 'eth1', 2, 3],
    );
    const gone = decodeLink(only(captured.bridgeSaysNoPort));
    assert.deepEqual([gone.fromBridge, gone.removed, gone.index], [true, true, 1000]);
  });

  it('reads a link that is no port', () => {
    const link = decodeLink(only(captured.freeLink));
    assert.deepEqual([link.master, link.portState, link.fromBridge], [0, null, false]);
  });

  it('reads addresses', () => {
    assert.deepEqual(decodeAddress(only(captured.address4)), {
      index: 2,
      present: true,
      address: '10.0.0.1/24',
    });
    assert.equal(decodeAddress(only(captured.address6)).address, 'fe80::5/64');
  });

  it('reads a qdisc and its counters', () => {
    const state = decodeQdisc(only(captured.qdiscTbf));
    assert.deepEqual(state.place, PLACE);
    assert.equal(state.kind, 'tbf');
    assert.deepEqual([state.drops, state.queuePackets], [0, 0]);
  });

  it('stops at a message that is cut short', () => {
    const whole = captured.address4;
    const two = Buffer.concat([whole, whole.subarray(0, 40)]);
    assert.equal([...decodeMessages(two, two.length)].length, 1);
  });
});

/** RFC 5952, section 4 */
const IPV6 = [
  ['20010db8000000000001000000000001', '2001:db8::1:0:0:1'],
  ['20010db8000000010001000100010001', '2001:db8:0:1:1:1:1:1'],
  ['00000000000000000000000000000000', '::'],
  ['00000000000000000000000000000001', '::1'],
  ['fe800000000000000000000000000000', 'fe80::'],
  ['20010000000000010000000000000001', '2001:0:0:1::1'],
] as const;

describe('IPv6 addresses as text', () => {
  for (const [hex, text] of IPV6) {
    it(text, () => {
      assert.equal(ipv6Text(Buffer.from(hex, 'hex')), text);
    });
  }
});
