import type { ChainSwitch } from '../host/nft-switch.ts';
import { COPIED, helpers, lines } from './nft-text.ts';
import { NODE_RULES } from './rule-place.ts';

/** The group of nfnetlink_log that rules in nodes hand control frames to; high, where nobody's ulogd is. */
export const LOG_GROUP = 51717;

/** An interface of a node where a direct wire leaves it; `name` is that of the end ('w1a'). */
export interface NodeEnd {
  readonly name: string;
  readonly interface: string;
}

/**
 * The same for a node of a lab that runs already, where its frames leave it. Every frame of control protocols is copied
 * to LOG_GROUP (nfnetlink_log) before any fault; a copy that a fault made passes by all of it. Idempotent as the other.
 */
export function nodeRuleset(ends: readonly NodeEnd[]): string {
  const { table } = NODE_RULES;
  const own = `netdev ${table}`;
  return lines([
    `add table ${own} { flags owner ; }`,
    ...helpers(own),
    ...ends.flatMap(({ name, interface: device }) => [
      `add counter ${own} seen_${name}`,
      `add chain ${own} f_${name}`,
      `add chain ${own} d_${name}`,
      `add chain ${own} ${name} { type filter hook egress device "${device}" priority 0 ; }`,
      `flush chain ${own} ${name}`,
      `add rule ${own} ${name} meta mark ${COPIED} accept`,
      `add rule ${own} ${name} counter name "seen_${name}"`,
      ...CONTROL_FRAMES.map(
        (select) => `add rule ${own} ${name} ${select} log group ${LOG_GROUP} snaplen 256`,
      ),
      `add rule ${own} ${name} jump f_${name}`,
      `add rule ${own} ${name} jump d_${name}`,
    ]),
  ]);
}

/** The frames of CONTROL_TRAFFIC (host/packet-capture.ts). */
const CONTROL_FRAMES: readonly string[] = [
  'ether daddr 01:80:c2:00:00:00',
  'meta protocol arp',
  'meta l4proto { 89, 112 }',
  'udp dport 3784',
];

/**
 * As `switchChains` of host/nft-switch.ts: what each of the chains leads to from now on. All in one line: of several
 * libnftables 1.0.6 shows the first beside the kernel's error, not the one that was refused.
 */
export function switchText(table: string, switches: readonly ChainSwitch[]): string {
  return switches
    .flatMap(({ from, to }) => [
      `flush chain netdev ${table} ${from}`,
      ...(to === null ? [] : [`add rule netdev ${table} ${from} jump ${to}`]),
    ])
    .join('; ');
}
