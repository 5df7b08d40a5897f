import type { CraftedFrame } from '../../wire/want.ts';
import { ETHER_TYPE, ethernet, ipv4Bytes, macBytes, u16 } from './ethernet.ts';

/** RFC 826: Ethernet, IPv4, lengths 6 and 4 */
const HEADER = Buffer.of(0, 1, 8, 0, 6, 4);
const BROADCAST = 'ff:ff:ff:ff:ff:ff';

export interface Arp {
  readonly operation: 'request' | 'reply';
  readonly senderMac: string;
  readonly senderIp: string;
  readonly targetIp: string;
  /** length of the frame; the rest is padding */
  readonly bytes?: number;
}

/** A broadcast ARP frame; with equal addresses an announcement (RFC 5227 2.3, gratuitous ARP). */
export function arp({ operation, senderMac, senderIp, targetIp, bytes }: Arp): CraftedFrame {
  const payload = Buffer.concat([
    HEADER,
    u16(operation === 'request' ? 1 : 2),
    macBytes(senderMac),
    ipv4Bytes(senderIp),
    // whom a request asks is not known; a gratuitous reply says its own address (RFC 5227 does not use it)
    operation === 'request' ? Buffer.alloc(6) : macBytes(senderMac),
    ipv4Bytes(targetIp),
  ]);
  return ethernet(BROADCAST, senderMac, ETHER_TYPE.arp, payload, bytes);
}
