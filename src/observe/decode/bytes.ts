/** Reading of big-endian fields; the callers have checked that they are there. */

export function u16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

export function u32(bytes: Uint8Array, at: number): number {
  return u16(bytes, at) * 0x1_0000 + u16(bytes, at + 2);
}

/** 'aa:c1:ab:00:00:01' */
export function mac(bytes: Uint8Array, at: number): string {
  return hex(bytes, at, 6, ':');
}

/** '10.0.0.1' */
export function ipv4(bytes: Uint8Array, at: number): string {
  return bytes.subarray(at, at + 4).join('.');
}

export function hex(bytes: Uint8Array, at: number, length: number, separator = ''): string {
  let text = '';
  for (let i = at; i < at + length; i += 1) {
    if (i > at) text += separator;
    text += (bytes[i] ?? 0).toString(16).padStart(2, '0');
  }
  return text;
}

/** The Internet checksum's sum of 16-bit words (RFC 1071), not yet complemented: 0xffff where a checksum is right. */
export function onesSum(bytes: Uint8Array, from: number, to: number, start = 0): number {
  let sum = start;
  for (let at = from; at < to; at += 2) {
    sum += at + 1 < to ? u16(bytes, at) : (bytes[at] ?? 0) << 8;
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return sum;
}
