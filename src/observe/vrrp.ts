import { z } from 'zod';
import type { Topology } from '../lab/topology.ts';
import { count } from '../scenario/units.ts';
import { isBridge, unknownNode } from './lab-view.ts';
import { EVENT_RESOLUTION_NS } from './lateness.ts';
import type { ObserverKind } from './observer.ts';
import { instance } from './signal-path.ts';

export interface VrrpParams {
  /** the virtual router id, 1..255 */
  readonly group: number;
  readonly nodes?: readonly string[] | undefined;
  /** the virtual address; else it is learned from the adverts */
  readonly address?: string | undefined;
}

/** Who stops to claim does so between two adverts; their usual interval. */
const ADVERT_RESOLUTION_NS = 1_000_000_000;

/**
 * Who answers for the virtual address (address events: truth about ownership, even of a router whose daemon was
 * killed) and who claims it (adverts that enter a wire, RFC 3768 and 5798).
 */
export const vrrp: ObserverKind<VrrpParams> = {
  name: 'vrrp',
  about: 'who holds a VRRP virtual address, and who claims it by adverts',
  schema: z.strictObject({
    group: count({ min: 1, max: 255 }),
    nodes: z.array(z.string()).min(1).optional(),
    address: z.ipv4('expected an IPv4 address such as 10.0.0.1').optional(),
  }),
  example: 'gw: { vrrp: { group: 51 } }',
  signals(id, params, topology) {
    const nodes = vrrpNodes(params, topology);
    const common = { resolutionNs: EVENT_RESOLUTION_NS, unit: '' } as const;
    const state = { ...common, valueType: 'state', states: [...nodes, 'none', 'several'] } as const;
    const flag = { ...common, valueType: 'boolean' } as const;
    const claims = { resolutionNs: ADVERT_RESOLUTION_NS };
    const number = { ...common, valueType: 'count' } as const;
    return [
      { ...number, path: `${id}.masters`, unit: 'masters', about: 'routers that hold the virtual address' },
      { ...state, path: `${id}.master`, about: 'the router that holds the virtual address' },
      { ...number, path: `${id}.transitions`, unit: 'transitions', about: 'how often a router has taken the address, since the start' },
      { ...number, ...claims, path: `${id}.claimants`, unit: 'routers', about: 'routers whose adverts claim mastership' },
      ...nodes.flatMap((node) => [
        { ...flag, path: instance(`${id}.holds`, node), about: `${node} holds the virtual address` },
        { ...flag, ...claims, path: instance(`${id}.advertising`, node), about: `${node} claims mastership by adverts` },
      ]),
    ]; // prettier-ignore
  },
  refuse(params, topology) {
    const unknown = unknownNode(params.nodes ?? [], topology);
    if (unknown !== undefined) return unknown;
    const bridge = topology.nodes.find((n) => params.nodes?.includes(n.name) && isBridge(n));
    if (bridge !== undefined) return `'${bridge.name}' is a bridge, it can't be a VRRP router`;
    if (vrrpNodes(params, topology).length === 0) return 'no node of the lab can be a VRRP router';
    return undefined;
  },
};

/** The nodes that are watched: as given, else those that are set up for keepalived, else all that are no bridges. */
export function vrrpNodes(params: VrrpParams, topology: Topology): readonly string[] {
  if (params.nodes !== undefined) return params.nodes;
  const routers = topology.nodes.filter(
    (node) =>
      node.mappedImage === 'keepalived' ||
      node.binds.some((bind) => bind.target.startsWith('/etc/keepalived')),
  );
  const nodes = routers.length > 0 ? routers : topology.nodes.filter((node) => !isBridge(node));
  return nodes.map((node) => node.name);
}
