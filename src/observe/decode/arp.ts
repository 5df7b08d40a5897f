import { ipv4, mac, u16 } from './bytes.ts';
import type { FrameBody } from './frame.ts';

type ArpBody = Extract<FrameBody, { readonly protocol: 'arp' }>;

const ARP_BYTES = 28;
const ETHERNET_IPV4 = [0, 1, 8, 0, 6, 4] as const;

/**
 * RFC 826, Ethernet and IPv4 only. Gratuitous (RFC 5227 3): sender and target address are the same, request or reply.
 * `bytes` starts after the Ethernet header.
 */
export function decodeArp(bytes: Uint8Array): ArpBody | undefined {
  if (bytes.length < ARP_BYTES) return undefined;
  if (!ETHERNET_IPV4.every((byte, i) => bytes[i] === byte)) return undefined;
  const code = u16(bytes, 6);
  if (code !== 1 && code !== 2) return undefined;
  const senderIp = ipv4(bytes, 14);
  const targetIp = ipv4(bytes, 24);
  const plain = code === 1 ? 'request' : 'reply';
  return {
    protocol: 'arp',
    operation: senderIp === targetIp ? 'gratuitous' : plain,
    senderMac: mac(bytes, 8),
    senderIp,
    targetIp,
  };
}
