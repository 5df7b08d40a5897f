import { createHash } from 'node:crypto';

/**
 * The MAC address of a link end: containerlab's OUI aa:c1:ab and three bytes of SHA-256 of `node:interface`, so that it
 * is the same in every run (STP roots and VRRP ties depend on it).
 */
export function macOf(node: string, interfaceName: string): string {
  const digest = createHash('sha256').update(`${node}:${interfaceName}`).digest();
  return ['aa', 'c1', 'ab', ...[...digest.subarray(0, 3)].map(hex)].join(':');
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}
