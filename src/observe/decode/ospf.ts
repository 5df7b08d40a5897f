import { ipv4, onesSum, u16 } from './bytes.ts';
import type { FrameBody } from './frame.ts';
import type { Ipv4Packet } from './ipv4.ts';

type OspfBody = Extract<FrameBody, { readonly protocol: 'ospf' }>;

/** RFC 2328 A.3.1, in order of the type's number from 1 */
const TYPES = [
  'hello',
  'database-description',
  'link-state-request',
  'link-state-update',
  'link-state-ack',
] as const;
const HEADER_BYTES = 24;
/** network mask, hello interval, options, priority, dead interval, DR, BDR */
const HELLO_BYTES = 20;
const CRYPTOGRAPHIC = 2;

/** OSPFv2. Neighbours are those of a hello, as far as the capture goes. */
export function decodeOspf(packet: Ipv4Packet): OspfBody | undefined {
  const bytes = packet.payload;
  if (bytes.length < HEADER_BYTES || bytes[0] !== 2) return undefined;
  const packetType = TYPES[(bytes[1] ?? 0) - 1];
  const length = u16(bytes, 2);
  if (packetType === undefined || length < HEADER_BYTES) return undefined;
  if (packet.whole && (bytes.length < length || !rightChecksum(bytes, length))) return undefined;
  if (packetType === 'hello' && Math.min(length, bytes.length) < HEADER_BYTES + HELLO_BYTES) {
    return undefined;
  }
  return {
    protocol: 'ospf',
    packetType,
    routerId: ipv4(bytes, 4),
    area: ipv4(bytes, 8),
    source: packet.source,
    neighbors: packetType === 'hello' ? neighborsOf(bytes, Math.min(length, bytes.length)) : [],
  };
}

function neighborsOf(bytes: Uint8Array, end: number): readonly string[] {
  const first = HEADER_BYTES + HELLO_BYTES;
  return Array.from({ length: Math.floor((end - first) / 4) }, (_, i) =>
    ipv4(bytes, first + 4 * i),
  );
}

/** Over the packet without its 8 bytes of authentication (D.4); cryptographic authentication has none. */
function rightChecksum(bytes: Uint8Array, length: number): boolean {
  if (u16(bytes, 14) === CRYPTOGRAPHIC) return true;
  const header = onesSum(bytes, 0, 16);
  return onesSum(bytes, HEADER_BYTES, length, header) === 0xffff;
}
