import { z } from 'zod';
import type { Topology } from '../lab/topology.ts';
import { unknownNode } from '../observe/lab-view.ts';
import type { SignalSpec } from '../observe/observer.ts';
import { duration, rate, size } from '../scenario/units.ts';

/** What the packet probes (icmp, udp) have in common. */
export interface PacketProbeParams {
  /** the node that sends */
  readonly from: string;
  /** the node that answers or receives, or an IPv4 address */
  readonly to: string;
  /** the address of `to` to send to, where it has several */
  readonly address?: string | undefined;
  /** packets per second */
  readonly rate: number;
  /** of the IPv4 packet, its headers included, bytes */
  readonly size: number;
  /** a packet that takes longer is lost, ns */
  readonly timeout: number;
}

const IPV4 = /^(\d{1,3}\.){3}\d{1,3}$/;
export const NS_PER_S = 1_000_000_000;
/** IPv4 header (20) + ICMP or UDP header (8) + our sequence number (4) */
const SMALLEST_PACKET_BYTES = 32;

export function isIpv4(text: string): boolean {
  return IPV4.test(text) && text.split('.').every((byte) => Number(byte) <= 255);
}

/** The keys of both kinds, as written in YAML (`ok` is the plan's, not the kind's). */
export const packetProbeShape: {
  readonly [K in keyof Required<PacketProbeParams>]: z.ZodType<PacketProbeParams[K]>;
} = {
  from: z.string(),
  to: z.string(),
  address: z.ipv4('expected an IPv4 address such as 10.0.0.1').optional(),
  rate: rate({ min: 1, max: 10_000 }).default(100),
  size: size({ min: SMALLEST_PACKET_BYTES, max: 9000 }).default(84),
  timeout: duration({ min: 1_000_000, max: 60 * NS_PER_S }).default(NS_PER_S),
};

/** Signals of a packet probe; `delayName` is what its delay is called, `delayAbout` which delay that is. */
export function packetSignals(
  id: string,
  params: PacketProbeParams,
  delayName: string,
  delayAbout: string,
): readonly SignalSpec[] {
  const resolutionNs = Math.ceil(NS_PER_S / params.rate);
  const perPacket = { valueType: 'boolean', unit: '', resolutionNs } as const;
  const perSecond = { unit: 'ms', valueType: 'duration', resolutionNs: NS_PER_S } as const;
  return [
    {
      ...perPacket,
      path: `${id}.ok`,
      about: `loss from ${params.from} to ${params.to} is below its limit, over the window of 'ok'`,
    },
    {
      ...perPacket,
      path: `${id}.answered`,
      about: 'the packet sent at this moment arrived in time',
    },
    {
      path: `${id}.loss`,
      about: 'packets lost of those sent in the second before',
      valueType: 'ratio',
      unit: '%',
      resolutionNs: NS_PER_S,
    },
    { ...perSecond, path: `${id}.${delayName}`, about: `${delayAbout}: mean of the second before` },
    {
      ...perSecond,
      path: `${id}.${delayName}-max`,
      about: `${delayAbout}: largest of the second before`,
    },
  ];
}

export function refuseEnds(params: PacketProbeParams, topology: Topology): string | undefined {
  const nodes = isIpv4(params.to) ? [params.from] : [params.from, params.to];
  const unknown = unknownNode(nodes, topology);
  if (unknown !== undefined) return unknown;
  if (params.from === params.to) return `'from' and 'to' are both '${params.from}'`;
  if (isIpv4(params.to) && params.address !== undefined) {
    return `'to' is an address already; leave 'address' out`;
  }
  return undefined;
}
