import { ipv4, onesSum, u16 } from './bytes.ts';

/** What an IPv4 packet carries. */
export interface Ipv4Packet {
  readonly ipProtocol: number;
  readonly source: string;
  readonly destination: string;
  /** without Ethernet padding; cut short where the capture was */
  readonly payload: Uint8Array;
  /** the capture has all of the payload */
  readonly whole: boolean;
  /** sum over the pseudo header (RFC 793 3.1), for checksums that include it */
  readonly pseudoHeaderSum: number;
}

const SHORTEST_HEADER_BYTES = 20;

/**
 * RFC 791. Anything but the first fragment is undefined, and so is a header whose checksum is wrong: whom it would
 * reach drops it too.
 */
export function decodeIpv4(bytes: Uint8Array): Ipv4Packet | undefined {
  if (bytes.length < SHORTEST_HEADER_BYTES) return undefined;
  const first = bytes[0] ?? 0;
  const headerBytes = (first & 0x0f) * 4;
  const totalBytes = u16(bytes, 2);
  if (first >> 4 !== 4 || headerBytes < SHORTEST_HEADER_BYTES) return undefined;
  if (bytes.length < headerBytes || totalBytes < headerBytes) return undefined;
  if ((u16(bytes, 6) & 0x1fff) !== 0) return undefined;
  if (onesSum(bytes, 0, headerBytes) !== 0xffff) return undefined;
  const ipProtocol = bytes[9] ?? 0;
  const payloadBytes = totalBytes - headerBytes;
  return {
    ipProtocol,
    source: ipv4(bytes, 12),
    destination: ipv4(bytes, 16),
    payload: bytes.subarray(headerBytes, Math.min(totalBytes, bytes.length)),
    whole: totalBytes <= bytes.length,
    pseudoHeaderSum: onesSum(bytes, 12, 20, ipProtocol + payloadBytes),
  };
}
