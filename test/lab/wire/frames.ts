/** Synthetic Ethernet frames, RFC 791, 8200, 768, 9293, 826; checksums are 0 (nobody on the way looks at them). */

const SOURCE = Buffer.from('02000000000a', 'hex');

function u16(value: number): Buffer {
  return Buffer.of(value >> 8, value & 0xff);
}

export function ether(destination: string, type: number, payload: Buffer): Buffer {
  const frame = Buffer.concat([
    Buffer.from(destination.replaceAll(':', ''), 'hex'),
    SOURCE,
    u16(type),
    payload,
  ]);
  return frame.length >= 60 ? frame : Buffer.concat([frame, Buffer.alloc(60 - frame.length)]);
}

/** The same frame from another Ethernet address. */
export function from(source: string, frame: Buffer): Buffer {
  const other = Buffer.from(frame);
  other.write(source.replaceAll(':', ''), 6, 'hex');
  return other;
}

function v4(address: string): Buffer {
  return Buffer.from(address.split('.').map(Number));
}

function v6(last: number): Buffer {
  const address = Buffer.alloc(16);
  address.writeUInt16BE(0xfd00, 0);
  address.writeUInt8(last, 15);
  return address;
}

export function ipv4(
  protocol: number,
  payload: Buffer,
  from = '10.0.0.1',
  to = '10.0.0.2',
): Buffer {
  const header = Buffer.alloc(20);
  header.writeUInt8(0x45, 0);
  header.writeUInt16BE(20 + payload.length, 2);
  header.writeUInt8(64, 8);
  header.writeUInt8(protocol, 9);
  v4(from).copy(header, 12);
  v4(to).copy(header, 16);
  return ether('02:00:00:00:00:0b', 0x0800, Buffer.concat([header, payload]));
}

export function ipv6(next: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(40);
  header.writeUInt8(0x60, 0);
  header.writeUInt16BE(payload.length, 4);
  header.writeUInt8(next, 6);
  header.writeUInt8(64, 7);
  v6(1).copy(header, 8);
  v6(2).copy(header, 24);
  return ether('02:00:00:00:00:0b', 0x86dd, Buffer.concat([header, payload]));
}

export function udp(from: number, to: number, bytes = 20): Buffer {
  return Buffer.concat([u16(from), u16(to), u16(8 + bytes), u16(0), Buffer.alloc(bytes)]);
}

export function tcp(from: number, to: number): Buffer {
  const header = Buffer.alloc(20);
  header.writeUInt16BE(from, 0);
  header.writeUInt16BE(to, 2);
  header.writeUInt8(0x50, 12);
  return header;
}

export function arp(
  operation: number,
  sender: string,
  target: string,
  to = 'ff:ff:ff:ff:ff:ff',
): Buffer {
  const head = Buffer.from('0001080006040000', 'hex');
  head.writeUInt16BE(operation, 6);
  return ether(to, 0x0806, Buffer.concat([head, SOURCE, v4(sender), Buffer.alloc(6), v4(target)]));
}

/** 802.2 LLC, DSAP and SSAP 0x42 */
export function bpdu(): Buffer {
  return ether(
    '01:80:c2:00:00:00',
    38,
    Buffer.concat([Buffer.from('424203', 'hex'), Buffer.alloc(35)]),
  );
}

/** OSPF of a version with a packet type; type 1 is hello */
export function ospf(version: 2 | 3, type: number): Buffer {
  const packet = Buffer.concat([Buffer.of(version, type), Buffer.alloc(42)]);
  return version === 2 ? ipv4(89, packet) : ipv6(89, packet);
}

/** ICMPv6 behind a hop-by-hop header with router alert, as MLD has it (RFC 3810) */
export function mld(type: number): Buffer {
  const hopByHop = Buffer.from('3a00050200000100', 'hex');
  return ipv6(0, Buffer.concat([hopByHop, Buffer.of(type, 0, 0, 0), Buffer.alloc(20)]));
}
