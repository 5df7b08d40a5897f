import { z } from 'zod';
import type { Topology } from '../lab/topology.ts';
import { bridgeNames, endpointsOf, unknownNode } from './lab-view.ts';
import { EVENT_RESOLUTION_NS } from './lateness.ts';
import type { ObserverKind, SignalSpec } from './observer.ts';
import { instance } from './signal-path.ts';

export interface StpParams {
  readonly bridges?: readonly string[] | undefined;
}

/** IFLA_BRPORT_STATE in order of its values (linux/if_bridge.h) */
export const PORT_STATES = ['disabled', 'listening', 'learning', 'forwarding', 'blocking'] as const;
export type PortState = (typeof PORT_STATES)[number];

/** A root port is inferred from BPDUs, which come every hello time (2 s by default). */
const HELLO_RESOLUTION_NS = 2_000_000_000;

/**
 * Spanning tree (802.1D): port states from netlink events, the roots that bridges believe in from the BPDUs that
 * they send. A bridge that sends none (no designated port) is not heard, and does not count.
 */
export const stp: ObserverKind<StpParams> = {
  name: 'stp',
  about: 'spanning tree: roots believed in, port states, root ports, topology changes',
  schema: z.strictObject({ bridges: z.array(z.string()).min(1).optional() }),
  example: 'tree: { stp: {} }',
  signals(id, params, topology) {
    const bridges = stpBridges(params, topology);
    const common = { resolutionNs: EVENT_RESOLUTION_NS, unit: '' } as const;
    const number = { ...common, valueType: 'count' } as const;
    const flag = { ...common, valueType: 'boolean' } as const;
    const state = { ...common, valueType: 'state' } as const;
    const rootStates = [...bridges, 'none', 'several', 'other'];
    const all: SignalSpec[] = [
      { ...number, path: `${id}.roots`, unit: 'roots', about: 'different roots that bridges believe in' },
      { ...state, path: `${id}.root`, states: rootStates, about: "the root, if it is one; 'other': no bridge of the lab" },
      { ...number, path: `${id}.forwarding`, unit: 'ports', about: 'ports that forward' },
      { ...number, path: `${id}.changing`, unit: 'ports', about: 'ports that listen or learn' },
      { ...flag, path: `${id}.topology-change`, about: 'a root flags a topology change' },
      { ...number, path: `${id}.topology-changes`, unit: 'changes', about: 'times that a root began to flag a topology change, since the start' },
      { ...number, path: `${id}.tcns`, unit: 'frames', about: 'topology change notifications sent, since the start' },
    ]; // prettier-ignore
    for (const bridge of bridges) {
      const ports = portsOf(bridge, topology);
      const about = `the port of ${bridge} that leads to the root; 'none': it is the root, or has no path`;
      const states = [...ports, 'none'];
      const resolutionNs = HELLO_RESOLUTION_NS;
      all.push({ ...state, path: rootPortPath(id, bridge), resolutionNs, states, about });
      for (const port of ports) {
        const portAbout = `STP state of port ${port} of ${bridge}`;
        const path = instance(`${id}.state`, bridge, port);
        all.push({ ...state, path, states: PORT_STATES, about: portAbout });
      }
    }
    return all;
  },
  refuse(params, topology) {
    const unknown = unknownNode(params.bridges ?? [], topology);
    if (unknown !== undefined) return unknown;
    const known = bridgeNames(topology);
    if (known.length === 0) return 'there is no bridge in the lab';
    const other = params.bridges?.find((name) => !known.includes(name));
    if (other !== undefined) return `'${other}' is no bridge (bridges: ${known.join(', ')})`;
    return undefined;
  },
};

export function stpBridges(params: StpParams, topology: Topology): readonly string[] {
  return params.bridges ?? bridgeNames(topology);
}

/** The ports of a bridge that are ends of links, by interface name. */
export function portsOf(bridge: string, topology: Topology): readonly string[] {
  return endpointsOf(topology, bridge).map((end) => end.interface);
}

/** `tree.sw3.root-port`; a name with dots can't be part of a path, so `tree.root-port["sw.3"]` */
export function rootPortPath(id: string, bridge: string): string {
  const plain = /^[A-Za-z][\w-]*$/.test(bridge);
  return plain ? `${id}.${bridge}.root-port` : instance(`${id}.root-port`, bridge);
}
