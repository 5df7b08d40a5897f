import { ipv4, onesSum, u16 } from './bytes.ts';
import type { FrameBody } from './frame.ts';
import type { Ipv4Packet } from './ipv4.ts';

type VrrpBody = Extract<FrameBody, { readonly protocol: 'vrrp' }>;

const HEADER_BYTES = 8;
const ADVERTISEMENT = 1;

/** VRRPv2 (RFC 3768 5.1; whole seconds) and VRRPv3 over IPv4 (RFC 5798 5.1; hundredths, 12 bits). */
export function decodeVrrp(packet: Ipv4Packet): VrrpBody | undefined {
  const bytes = packet.payload;
  if (bytes.length < HEADER_BYTES) return undefined;
  const first = bytes[0] ?? 0;
  const version = first >> 4;
  if ((version !== 2 && version !== 3) || (first & 0x0f) !== ADVERTISEMENT) return undefined;
  const addressCount = bytes[3] ?? 0;
  if (bytes.length < HEADER_BYTES + 4 * addressCount) return undefined;
  const pseudoHeader = version === 3 ? packet.pseudoHeaderSum : 0;
  if (packet.whole && !rightChecksum(bytes, pseudoHeader)) return undefined;
  return {
    protocol: 'vrrp',
    version,
    vrid: bytes[1] ?? 0,
    priority: bytes[2] ?? 0,
    advertIntervalMs: version === 2 ? (bytes[5] ?? 0) * 1000 : (u16(bytes, 4) & 0x0fff) * 10,
    source: packet.source,
    addresses: Array.from({ length: addressCount }, (_, i) => ipv4(bytes, HEADER_BYTES + 4 * i)),
  };
}

/** keepalived can leave the pseudo header out of version 3 (`vrrp_strict` off), so both ways are right. */
function rightChecksum(bytes: Uint8Array, pseudoHeaderSum: number): boolean {
  return (
    onesSum(bytes, 0, bytes.length, pseudoHeaderSum) === 0xffff ||
    onesSum(bytes, 0, bytes.length) === 0xffff
  );
}
