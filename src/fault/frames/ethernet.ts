import type { CraftedFrame } from '../../wire/want.ts';

/** Bytes of frames that faults send. Everything on the wire is big-endian. */

/** IEEE 802.3: shorter ones are padded; without the frame check sequence */
export const SHORTEST_FRAME_BYTES = 60;
/** with a payload of 1500 bytes, without tag and frame check sequence */
export const LONGEST_FRAME_BYTES = 1514;
export const ETHERNET_BYTES = 14;

export const ETHER_TYPE = {
  ipv4: 0x0800,
  arp: 0x0806,
  ipv6: 0x86dd,
  experimental: 0x88b5,
} as const;

export function u16(value: number): Buffer {
  return Buffer.of((value >>> 8) & 0xff, value & 0xff);
}

/** '02:ca:05:00:00:01' */
export function macBytes(mac: string): Buffer {
  return Buffer.from(mac.replaceAll(':', ''), 'hex');
}

/** '10.0.0.1' */
export function ipv4Bytes(address: string): Buffer {
  return Buffer.from(address.split('.').map(Number));
}

/** 'fe80::1', '::ffff:10.0.0.1', without a zone; RFC 4291 2.2 */
export function ipv6Bytes(address: string): Buffer {
  const [head = '', tail] = address.split('::');
  const bytesOf = (text: string): Buffer => {
    const words = text === '' ? [] : text.split(':');
    const each = (word: string): Buffer =>
      word.includes('.') ? ipv4Bytes(word) : u16(parseInt(word, 16));
    return Buffer.concat(words.map(each));
  };
  const [first, last] = [bytesOf(head), bytesOf(tail ?? '')];
  return Buffer.concat([first, Buffer.alloc(16 - first.length - last.length), last]);
}

/** The Internet checksum, RFC 1071. */
export function checksum(...parts: readonly Buffer[]): number {
  const bytes = Buffer.concat(parts);
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) {
    sum += ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

/** A frame with an EtherType, or with a length where that is 1500 or less (802.3). */
export function ethernet(
  destination: string,
  source: string,
  typeOrLength: number,
  payload: Buffer,
  bytes: number = SHORTEST_FRAME_BYTES,
): CraftedFrame {
  const frame = Buffer.concat([
    macBytes(destination),
    macBytes(source),
    u16(typeOrLength),
    payload,
  ]);
  return { hex: frame.toString('hex'), bytes: Math.max(bytes, frame.length, SHORTEST_FRAME_BYTES) };
}
