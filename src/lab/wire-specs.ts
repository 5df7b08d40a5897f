import { ChaosError } from '../errors.ts';
import type { HostEnd, WireSpec } from '../wire/room.ts';
import type { Topology, TopologyEndpoint, TopologyLink } from './topology.ts';

export interface WireSpecsOptions {
  /** network namespaces by the name of their node */
  readonly netnsFds: ReadonlyMap<string, number>;
  /** they join two nodes already, and do not pass through the room */
  readonly isDirect?: true;
  /** where somebody else has made the pair of an end */
  readonly hostEnd?: (link: number, side: 'a' | 'b') => HostEnd;
}

/** The links of a lab as the wire room makes them. */
export function wireSpecs(topology: Topology, options: WireSpecsOptions): readonly WireSpec[] {
  return topology.links.map((link, index) => ({
    link: link.id,
    rateBitPerSec: link.rateBitPerSec,
    queueLimitPackets: link.queueLimitPackets,
    ...(options.isDirect === true && { isDirect: true }),
    a: wireEnd(link, link.a, options, options.hostEnd?.(index, 'a')),
    b: wireEnd(link, link.b, options, options.hostEnd?.(index, 'b')),
  }));
}

function wireEnd(
  { mtu }: TopologyLink,
  { node, interface: name, mac }: TopologyEndpoint,
  { netnsFds }: WireSpecsOptions,
  hostEnd: HostEnd | undefined,
): WireSpec['a'] {
  const netnsFd = netnsFds.get(node);
  if (netnsFd === undefined) throw new ChaosError('bug', `link end at unknown node '${node}'`);
  return { node, interface: name, mac, mtu, netnsFd, ...(hostEnd !== undefined && { hostEnd }) };
}
