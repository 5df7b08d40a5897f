import { z } from 'zod';
import type { Topology, TopologyNode } from '../lab/topology.ts';
import { duration } from '../scenario/units.ts';
import { segments, unknownNode } from './lab-view.ts';
import type { ObserverKind, SignalSpec } from './observer.ts';
import { instance } from './signal-path.ts';

export interface OspfParams {
  readonly nodes?: readonly string[] | undefined;
  /** how often each daemon is asked, ns */
  readonly poll: number;
}

/** Neighbour states of RFC 2328 10.1, in order; 'none': the daemon knows no such neighbour. */
export const NEIGHBOR_STATES = [
  'none', 'down', 'attempt', 'init', 'two-way', 'exstart', 'exchange', 'loading', 'full',
] as const; // prettier-ignore
export type NeighborState = (typeof NEIGHBOR_STATES)[number];

const DEFAULT_POLL_NS = 1_000_000_000;

/** OSPFv2 neighbours as each daemon sees them (its vty socket), and hellos as the wires deliver them. */
export const ospf: ObserverKind<OspfParams> = {
  name: 'ospf',
  about: 'OSPFv2 adjacencies by the daemons themselves, and hellos on the wires',
  schema: z.strictObject({
    nodes: z.array(z.string()).min(1).optional(),
    poll: duration({ min: 100_000_000, max: 60_000_000_000 }).default(DEFAULT_POLL_NS),
  }),
  example: 'core: { ospf: { poll: 1s } }',
  signals(id, params, topology) {
    const polled = { resolutionNs: params.poll, unit: '' } as const;
    const all: SignalSpec[] = [
      {
        ...polled,
        path: `${id}.neighbors`,
        valueType: 'count',
        unit: 'adjacencies',
        about: 'adjacencies that are Full at both ends (at one, where the other is not watched)',
      },
      {
        ...polled,
        path: `${id}.full`,
        valueType: 'boolean',
        about: 'every adjacency that hellos announce, or that was Full before, is Full',
      },
    ];
    for (const [from, to] of ospfPairs(params, topology)) {
      const path = instance(`${id}.state`, from, to);
      const about = `state of neighbour ${to} as ${from} sees it`;
      all.push({ ...polled, path, valueType: 'state', states: NEIGHBOR_STATES, about });
      all.push({
        path: instance(`${id}.hello-gap`, from, to),
        about: `time between the last two hellos of ${to} that were delivered to ${from}`,
        valueType: 'duration',
        unit: 'ms',
        resolutionNs: 1_000_000,
      });
    }
    return all;
  },
  refuse(params, topology) {
    const unknown = unknownNode(params.nodes ?? [], topology);
    if (unknown !== undefined) return unknown;
    const other = topology.nodes.find(
      (node) => params.nodes?.includes(node.name) === true && !runsFrr(node),
    );
    if (other !== undefined) return `'${other.name}' runs no FRR (its image is '${other.image}')`;
    if (ospfNodes(params, topology).length === 0) return 'no node of the lab runs FRR';
    return undefined;
  },
};

export function ospfNodes(params: OspfParams, topology: Topology): readonly string[] {
  if (params.nodes !== undefined) return params.nodes;
  return topology.nodes.filter(runsFrr).map((node) => node.name);
}

/** Nodes of the FRR image, and others (firewalls, say) that are given a configuration for it. */
function runsFrr(node: TopologyNode): boolean {
  return (
    node.mappedImage === 'frr' || node.binds.some((bind) => bind.target.startsWith('/etc/frr/'))
  );
}

/** [router, possible neighbour]: both watched, and joined by a layer-2 segment. */
export function ospfPairs(
  params: OspfParams,
  topology: Topology,
): readonly (readonly [string, string])[] {
  const nodes = ospfNodes(params, topology);
  const joined = segments(topology).map((ends) => new Set(ends.map((end) => end.node)));
  return nodes.flatMap((from) =>
    nodes
      .filter((to) => to !== from && joined.some((s) => s.has(from) && s.has(to)))
      .map((to) => [from, to] as const),
  );
}
