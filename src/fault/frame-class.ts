import { z } from 'zod';
import { count, formatQuantity, size } from '../scenario/units.ts';
import { PROTOCOL_CLASSES } from '../wire/want.ts';
import type { FlowClass, FrameClass, ProtocolClass } from '../wire/want.ts';
import { textOrMap } from './text-or-map.ts';

const protocol: z.ZodType<ProtocolClass> = z
  .enum(PROTOCOL_CLASSES)
  .describe('frames of one protocol');

const anyAddress = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]);

const address = z
  .string()
  .refine(
    (text) => anyAddress.safeParse(text).success,
    'expected an IP address or prefix such as 10.0.0.1 or 10.0.0.0/24',
  )
  .describe('an IP address or prefix');

const port = count({ min: 0, max: 65535 }).describe('of TCP, UDP or any protocol with ports');

const flow = z
  .strictObject({
    source: address.optional(),
    destination: address.optional(),
    protocol: z
      .enum(['tcp', 'udp', 'icmp'])
      .optional()
      .describe('icmp is that of IPv4 and of IPv6'),
    'source-port': port.optional(),
    'destination-port': port.optional(),
  })
  .describe(
    'frames from one side of a conversation to the other, as they travel: answers are another flow',
  )
  .transform((given): FlowClass => ({
    ...(given.source !== undefined && { source: given.source }),
    ...(given.destination !== undefined && { destination: given.destination }),
    ...(given.protocol !== undefined && { ipProtocol: given.protocol }),
    ...(given['source-port'] !== undefined && { sourcePort: given['source-port'] }),
    ...(given['destination-port'] !== undefined && {
      destinationPort: given['destination-port'],
    }),
  }));

/** The keys of a class of frames, to be spread into a kind's own schema. */
export const frameClassKeys: {
  readonly protocol: z.ZodOptional<z.ZodType<ProtocolClass>>;
  readonly flow: z.ZodOptional<z.ZodType<FlowClass>>;
  readonly 'larger-than': z.ZodOptional<z.ZodType<number>>;
} = {
  protocol: protocol.optional(),
  flow: flow.optional(),
  'larger-than': size({ min: 0, max: 65535 })
    .optional()
    .describe('IP packets longer than this (the IP header counts, Ethernet does not)'),
};

export interface FrameClassKeys {
  readonly protocol?: ProtocolClass | undefined;
  readonly flow?: FlowClass | undefined;
  readonly 'larger-than'?: number | undefined;
}

export function frameClassOf(given: FrameClassKeys): FrameClass {
  return {
    ...(given.protocol !== undefined && { protocol: given.protocol }),
    ...(given.flow !== undefined && { flow: given.flow }),
    ...(given['larger-than'] !== undefined && { largerThanBytes: given['larger-than'] }),
  };
}

export function isEveryFrame(match: FrameClass): boolean {
  return Object.keys(match).length === 0;
}

/** `match: vrrp` or `match: {protocol: udp, flow: {...}, larger-than: 1400B}` */
export const matchSchema: z.ZodType<FrameClass> = textOrMap(
  protocol,
  z.strictObject(frameClassKeys),
).transform((given, context) => {
  const match = typeof given === 'string' ? { protocol: given } : frameClassOf(given);
  const refusal = isEveryFrame(match)
    ? 'names no frames; give protocol, flow or larger-than'
    : refuseFrameClass(match);
  if (refusal !== undefined) context.addIssue({ code: 'custom', message: refusal });
  return match;
});

/** 'vrrp, larger than 1400B' */
export function describeFrameClass(match: FrameClass): string {
  const { source, destination, ipProtocol, sourcePort, destinationPort } = match.flow ?? {};
  const end = (host: string | undefined, at: number | undefined): string =>
    `${host ?? 'any'}${at === undefined ? '' : ` port ${at}`}`;
  return [
    ...(match.protocol === undefined ? [] : [match.protocol]),
    ...(match.flow === undefined
      ? []
      : [
          `${ipProtocol === undefined ? '' : `${ipProtocol} `}${end(source, sourcePort)} -> ${end(destination, destinationPort)}`,
        ]),
    ...(match.largerThanBytes === undefined
      ? []
      : [`larger than ${formatQuantity({ dimension: 'size', value: match.largerThanBytes })}`]),
    ...(match.sourceMacs === undefined ? [] : [`from ${match.sourceMacs.join(' or ')}`]),
  ].join(', ');
}

const ARP: readonly (ProtocolClass | undefined)[] = ['arp', 'arp-request', 'arp-reply', 'garp'];

/** Why no frame can be in the class, or undefined. */
export function refuseFrameClass(match: FrameClass): string | undefined {
  const { protocol: named, flow: given, largerThanBytes } = match;
  if ((named === 'bpdu' || ARP.includes(named)) && largerThanBytes !== undefined) {
    return `${String(named)} frames are no IP packets: larger-than does not apply`;
  }
  if (given === undefined) return undefined;
  if (Object.keys(given).length === 0) return 'flow is empty';
  const ports = given.sourcePort !== undefined || given.destinationPort !== undefined;
  if (named === 'bpdu') return 'bpdu frames have no addresses or ports of IP';
  if (ARP.includes(named) && (ports || given.ipProtocol !== undefined)) {
    return `${String(named)} frames have no ports; a flow of them has a source and a destination only`;
  }
  if (ports && given.ipProtocol === 'icmp') return 'icmp has no ports';
  const [from, to] = [versionOf(given.source), versionOf(given.destination)];
  if (from !== undefined && to !== undefined && from !== to) {
    return `the source is ${from} and the destination is ${to}: no packet is both`;
  }
  if ((ARP.includes(named) || named === 'ipv4') && (from === 'IPv6' || to === 'IPv6')) {
    return `${String(named)} has no IPv6 addresses`;
  }
  return named === 'ipv6' && (from === 'IPv4' || to === 'IPv4')
    ? 'ipv6 has no IPv4 addresses'
    : undefined;
}

function versionOf(host: string | undefined): 'IPv4' | 'IPv6' | undefined {
  if (host === undefined) return undefined;
  return host.includes(':') ? 'IPv6' : 'IPv4';
}
