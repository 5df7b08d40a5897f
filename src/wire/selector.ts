import type { FlowClass, FrameClass, ProtocolClass } from './want.ts';

/**
 * A class of frames as nftables matches, for the hooks of family netdev (nft(8)). Each of the alternatives matches a
 * part of the class and no frame matches two of them; they are the beginnings of rules. The numbers: VRRP 112 (RFC
 * 9568), OSPF 89 with type 1 = hello in the second byte of versions 2 and 3 (RFC 2328, 5340), IGMP 2, BFD 3784 (RFC
 * 5881), BGP 179, corosync 5405, MLD types 130-132 and 143 (RFC 2710, 3810). All of them were checked against each other,
 * frame by frame.
 */
const PROTOCOLS: Readonly<Record<ProtocolClass, readonly string[]>> = {
  bpdu: ['ether daddr 01:80:c2:00:00:00'],
  vrrp: ['meta l4proto 112'],
  ospf: ['meta l4proto 89'],
  'ospf-hello': ['meta l4proto 89 @th,8,8 1'],
  bfd: ['udp dport 3784'],
  // either side may be the server
  bgp: ['tcp dport 179', 'tcp sport 179 tcp dport != 179'],
  arp: ['meta protocol arp'],
  'arp-request': ['arp operation request'],
  'arp-reply': ['arp operation reply'],
  // nft cannot compare two fields of a frame: the prelude (GARP_PRELUDE) has marked those with equal addresses
  garp: ['meta mark & 0x80000000 == 0x80000000'],
  igmp: ['meta l4proto 2'],
  mld: ['icmpv6 type { 130, 131, 132, 143 }'],
  corosync: ['udp dport 5405'],
  icmp: ['meta l4proto { 1, 58 }'],
  tcp: ['meta l4proto 6'],
  udp: ['meta l4proto 17'],
  ipv4: ['meta protocol ip'],
  ipv6: ['meta protocol ip6'],
  broadcast: ['ether daddr ff:ff:ff:ff:ff:ff'],
  multicast: [
    'ether daddr & 01:00:00:00:00:00 == 01:00:00:00:00:00 ether daddr != ff:ff:ff:ff:ff:ff',
  ],
};

/** The set that GARP_PRELUDE needs; it holds an address only while one frame is looked at. */
export const GARP_SET = 'garp { type ipv4_addr ; flags dynamic ; size 65535 ; }';

/** Rules that mark gratuitous ARP (sender's and target's IP address are the same, RFC 5227 §3) for the class `garp`. */
export const GARP_PRELUDE: readonly string[] = [
  'meta protocol arp arp saddr ip != 0.0.0.0 add @garp { arp saddr ip }',
  'meta protocol arp arp daddr ip @garp meta mark set meta mark | 0x80000000',
  'meta protocol arp delete @garp { arp saddr ip }',
];

/** The beginnings of the nft rules that match exactly the class; `['']` is every frame. */
export function selectFrames(
  match: FrameClass,
  hook: 'ingress' | 'egress' = 'ingress',
): readonly string[] {
  // at ingress the Ethernet header is already pulled: this is the size of the IP packet
  const headerBytes = hook === 'ingress' ? 0 : 14;
  const size =
    match.largerThanBytes === undefined
      ? []
      : [`meta length > ${match.largerThanBytes + headerBytes}`];
  const from =
    match.sourceMacs === undefined ? [] : [`ether saddr { ${match.sourceMacs.join(' , ')} }`];
  const flow = match.flow === undefined ? [] : selectFlow(match.flow, match.protocol);
  const protocols = match.protocol === undefined ? [''] : PROTOCOLS[match.protocol];
  return protocols.map((protocol) =>
    [protocol, ...from, ...flow, ...size].filter((part) => part !== '').join(' '),
  );
}

export function needsGarpPrelude(match: FrameClass): boolean {
  return match.protocol === 'garp';
}

const ARP_CLASSES: readonly (ProtocolClass | undefined)[] = [
  'arp',
  'arp-request',
  'arp-reply',
  'garp',
];

function selectFlow(flow: FlowClass, protocol: ProtocolClass | undefined): readonly string[] {
  const { source, destination, sourcePort, destinationPort } = flow;
  const address = (side: 'saddr' | 'daddr', value: string): string => {
    if (ARP_CLASSES.includes(protocol)) return `arp ${side} ip ${value}`;
    return `${value.includes(':') ? 'ip6' : 'ip'} ${side} ${value}`;
  };
  const transport = flow.ipProtocol ?? (protocol === 'tcp' || protocol === 'udp' ? protocol : 'th');
  return [
    ...(source === undefined ? [] : [address('saddr', source)]),
    ...(destination === undefined ? [] : [address('daddr', destination)]),
    ...(flow.ipProtocol === undefined ? [] : [`meta l4proto ${l4proto(flow.ipProtocol)}`]),
    ...(sourcePort === undefined ? [] : [`${transport} sport ${sourcePort}`]),
    ...(destinationPort === undefined ? [] : [`${transport} dport ${destinationPort}`]),
  ];
}

function l4proto(name: 'tcp' | 'udp' | 'icmp'): string {
  switch (name) {
    case 'tcp':
      return '6';
    case 'udp':
      return '17';
    case 'icmp':
      return '{ 1, 58 }';
    default:
      return name satisfies never;
  }
}
