import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  decodeFrame,
  frameSummary,
  type CapturedFrame,
} from '../../../../src/observe/decode/decode.ts';
import type { Frame } from '../../../../src/observe/decode/frame.ts';

// Captured (tcpdump -xx) from a Linux 6.18 bridge with forward_delay 4 s, keepalived 2.2.7, FRR 8.4.4 ospfd.
const CONFIG =
  '0180c20000006e7a391af6f8002642420300000000008000aac1ab0000b0000000008000aac1ab0000b080040000140002000400';
const CONFIG_TC_ACK =
  '0180c20000006e7a391af6f8002642420300000000818000aac1ab0000b0000000008000aac1ab0000b080040000140002000400';
const TCN = '0180c200000082f311587a27000742420300000080';
const VRRP2 =
  '01005e000012aac1ab000001080045c0002800010000ff70c4910a000c01e000001221349601000132630a000c660000000000000000';
const VRRP3 =
  '01005e000012aac1ab000001080045c0002000010000ff70c4990a000c01e00000123135960100322ba00a000c67';
const HELLO =
  '01005e000005aac1ab000001080045c000489704000001592b930a000c01e0000005020100340101010100000000c4b200000000000000000000ffffff0000010201000000040a000c030a000c020202020203030303';
const DATABASE_DESCRIPTION =
  'aac1ab000001aac1ab000003080045c0003496e100000159f5cc0a000c030a000c0102020020030303030000000081fc0000000000000000000005dc020765650893';
const UPDATE =
  '01005e000005aac1ab000001080045c0005496e6000001592ba50a000c01e00000050204004001010101000000007c37000000000000000000000000000100010201010101010101010180000003e1470024000000010a000c00ffffff000300000a';
const LINK_STATE_ACK =
  'aac1ab000002aac1ab000001080045c0004096ed00000159f5b50a000c010a000c020205002c0101010100000000dc0f0000000000000000000000010201020202020202020280000003958b0024';
const ARP_REQUEST =
  'ffffffffffffaac1ab00000108060001080006040001aac1ab0000010a000c010000000000000a000c03';
const ARP_REPLY =
  'aac1ab000001aac1ab00000308060001080006040002aac1ab0000030a000c03aac1ab0000010a000c01';
const GRATUITOUS =
  'ffffffffffffaac1ab00000108060001080006040001aac1ab0000010a000c67ffffffffffff0a000c67';
const ALL = [
  CONFIG, CONFIG_TC_ACK, TCN, VRRP2, VRRP3, HELLO, DATABASE_DESCRIPTION, UPDATE, LINK_STATE_ACK,
  ARP_REQUEST, ARP_REPLY, GRATUITOUS,
]; // prettier-ignore

function captured(bytes: Uint8Array): CapturedFrame {
  return { tNs: 5, link: 'dci', direction: 'a>b', stage: 'in', bytes };
}

function decode(hex: string): Frame | undefined {
  return decodeFrame(captured(Buffer.from(hex, 'hex')));
}

function summary(hex: string): string {
  const frame = decode(hex);
  assert.ok(frame);
  return frameSummary(frame);
}

/** The same frame with an 802.1Q tag after the addresses. */
function tagged(hex: string, ...types: readonly string[]): string {
  return hex.slice(0, 24) + types.map((type) => `${type}000a`).join('') + hex.slice(24);
}

describe('decodeFrame', () => {
  it('keeps where and when the frame was seen', () => {
    const frame = decode(VRRP2);
    assert.deepEqual(
      { ...frame, body: undefined },
      {
        tNs: 5,
        link: 'dci',
        direction: 'a>b',
        stage: 'in',
        sourceMac: 'aa:c1:ab:00:00:01',
        destinationMac: '01:00:5e:00:00:12',
        body: undefined,
      },
    );
  });

  it('reads a configuration BPDU of a Linux bridge', () => {
    assert.deepEqual(decode(CONFIG)?.body, {
      protocol: 'bpdu',
      bpduType: 'config',
      rootId: '8000.aac1ab0000b0',
      rootPathCost: 0,
      bridgeId: '8000.aac1ab0000b0',
      portId: 0x8004,
      topologyChange: false,
      topologyChangeAck: false,
      messageAgeMs: 0,
      maxAgeMs: 20_000,
      helloTimeMs: 2_000,
      forwardDelayMs: 4_000,
    });
  });

  it('reads the topology change flags, and the notification that has no fields', () => {
    const body = decode(CONFIG_TC_ACK)?.body;
    assert.ok(body?.protocol === 'bpdu');
    assert.equal(body.topologyChange, true);
    assert.equal(body.topologyChangeAck, true);
    const tcn = decode(TCN)?.body;
    assert.ok(tcn?.protocol === 'bpdu');
    assert.equal(tcn.bpduType, 'tcn');
    assert.equal(tcn.bridgeId, '');
  });

  it('reads a rapid BPDU: the configuration fields with type 2 (made from a captured one, 802.1D-2004 9.3.3)', () => {
    // version and type 2, one more byte (version 1 length), LLC length 0x27
    const rapid = `${CONFIG.slice(0, 24)}0027${CONFIG.slice(28, 38)}0202${CONFIG.slice(42)}00`;
    const body = decode(rapid)?.body;
    assert.ok(body?.protocol === 'bpdu');
    assert.equal(body.bpduType, 'rst');
    assert.equal(body.rootId, '8000.aac1ab0000b0');
  });

  it('reads VRRP version 2 (whole seconds) and 3 (hundredths)', () => {
    assert.deepEqual(decode(VRRP2)?.body, {
      protocol: 'vrrp',
      version: 2,
      vrid: 52,
      priority: 150,
      advertIntervalMs: 1_000,
      source: '10.0.12.1',
      addresses: ['10.0.12.102'],
    });
    assert.deepEqual(decode(VRRP3)?.body, {
      protocol: 'vrrp',
      version: 3,
      vrid: 53,
      priority: 150,
      advertIntervalMs: 500,
      source: '10.0.12.1',
      addresses: ['10.0.12.103'],
    });
  });

  it('reads OSPF hellos with their neighbours, and the other packet types', () => {
    assert.deepEqual(decode(HELLO)?.body, {
      protocol: 'ospf',
      packetType: 'hello',
      routerId: '1.1.1.1',
      area: '0.0.0.0',
      source: '10.0.12.1',
      neighbors: ['2.2.2.2', '3.3.3.3'],
    });
    const types = [DATABASE_DESCRIPTION, UPDATE, LINK_STATE_ACK].map((hex) => {
      const body = decode(hex)?.body;
      return body?.protocol === 'ospf' ? body.packetType : body;
    });
    assert.deepEqual(types, ['database-description', 'link-state-update', 'link-state-ack']);
  });

  it('tells ARP requests, replies and gratuitous ones apart', () => {
    assert.deepEqual(decode(ARP_REPLY)?.body, {
      protocol: 'arp',
      operation: 'reply',
      senderMac: 'aa:c1:ab:00:00:03',
      senderIp: '10.0.12.3',
      targetIp: '10.0.12.1',
    });
    const operations = [ARP_REQUEST, GRATUITOUS].map((hex) => {
      const body = decode(hex)?.body;
      return body?.protocol === 'arp' ? body.operation : body;
    });
    assert.deepEqual(operations, ['request', 'gratuitous']);
  });

  it('reads frames with one or two VLAN tags', () => {
    for (const hex of [VRRP2, HELLO, ARP_REPLY, CONFIG]) {
      assert.deepEqual(decode(tagged(hex, '8100'))?.body, decode(hex)?.body);
      assert.deepEqual(decode(tagged(hex, '88a8', '8100'))?.body, decode(hex)?.body);
    }
  });

  it('ignores Ethernet padding', () => {
    for (const hex of ALL) assert.deepEqual(decode(`${hex}${'00'.repeat(40)}`), decode(hex));
  });

  it('refuses a corrupted IP, VRRP or OSPF packet, as its receiver would', () => {
    for (const hex of [VRRP2, VRRP3, HELLO, DATABASE_DESCRIPTION, UPDATE, LINK_STATE_ACK]) {
      const end = hex.startsWith('0100') && hex === VRRP2 ? 46 : hex.length / 2;
      for (let at = 14; at < end; at += 1) {
        const bytes = Buffer.from(hex, 'hex');
        bytes[at] = (bytes[at] ?? 0) ^ 0x10;
        const inAuthentication =
          hex !== VRRP2 && hex !== VRRP3 && at >= 14 + 20 + 16 && at < 14 + 20 + 24;
        if (inAuthentication) continue; // RFC 2328 D.4: not in the checksum
        assert.equal(decodeFrame(captured(bytes)), undefined, `byte ${at} of ${hex}`);
      }
    }
  });

  it('takes what the capture has of a long packet', () => {
    const bytes = Buffer.from(UPDATE, 'hex').subarray(0, 70);
    const body = decodeFrame(captured(bytes))?.body;
    assert.ok(body?.protocol === 'ospf');
    assert.equal(body.packetType, 'link-state-update');
  });

  it('gives undefined for other traffic', () => {
    // the VRRP packet with protocol UDP (and its header checksum put right: 112 - 17 = 95 more)
    const bytes = Buffer.from(VRRP2, 'hex');
    bytes[23] = 17;
    bytes.writeUInt16BE(bytes.readUInt16BE(24) + 95, 24);
    assert.equal(decodeFrame(captured(bytes)), undefined);
  });

  it('never throws, and gives undefined for noise', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 256 }), (bytes) => {
        decodeFrame(captured(bytes));
      }),
    );
  });

  it('never throws on real frames that are cut or changed anywhere', () => {
    const mutation = fc.record({
      hex: fc.constantFrom(...ALL),
      keep: fc.nat({ max: 120 }),
      changes: fc.array(fc.tuple(fc.nat({ max: 100 }), fc.nat({ max: 255 })), { maxLength: 4 }),
    });
    fc.assert(
      fc.property(mutation, ({ hex, keep, changes }) => {
        const bytes = Buffer.from(hex, 'hex').subarray(0, keep);
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
        const frame = decodeFrame(captured(bytes));
        if (frame !== undefined) assert.ok(frameSummary(frame).length > 0);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('frameSummary', () => {
  it('says in one line what a person wants to know', () => {
    assert.deepEqual(ALL.map(summary), [
      'STP root 8000.aac1ab0000b0 cost 0 from 8000.aac1ab0000b0 port 8004',
      'STP root 8000.aac1ab0000b0 cost 0 from 8000.aac1ab0000b0 port 8004 TC TCA',
      'STP topology change notification from 82:f3:11:58:7a:27',
      'VRRPv2 vrid 52 prio 150 from 10.0.12.1',
      'VRRPv3 vrid 53 prio 150 from 10.0.12.1',
      'OSPF hello of 1.1.1.1 area 0.0.0.0 from 10.0.12.1, hears 2.2.2.2 3.3.3.3',
      'OSPF database-description of 3.3.3.3 area 0.0.0.0 from 10.0.12.3',
      'OSPF link-state-update of 1.1.1.1 area 0.0.0.0 from 10.0.12.1',
      'OSPF link-state-ack of 1.1.1.1 area 0.0.0.0 from 10.0.12.1',
      'ARP who has 10.0.12.3, tell 10.0.12.1',
      'ARP 10.0.12.3 is at aa:c1:ab:00:00:03',
      'ARP gratuitous: 10.0.12.103 is at aa:c1:ab:00:00:01',
    ]);
  });
});
