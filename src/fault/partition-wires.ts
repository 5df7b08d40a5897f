import { isBridge, type Topology, type TopologyLink } from '../lab/topology.ts';
import type { WireDirection } from '../wire/want.ts';
import type { Deafness } from './partition-sides.ts';

/** What a partition makes of one direction of a wire. */
export interface Silence extends WireDirection {
  /** the Ethernet addresses whose frames vanish; null: every frame does, for all of them come from one who is not heard */
  readonly from: readonly string[] | null;
}

/** A way around the partition that no rule on a wire can close. */
export interface WayAround {
  readonly hearer: string;
  readonly speaker: string;
  readonly router: string;
}

/**
 * The wires on which nodes do not hear each other. Where two of them are neighbours, the wire between is cut. Where a
 * switch that takes no part stands between, frames of those who are not heard vanish before the hearer, by their source
 * address. Behind a router that takes no part frames have the router's address: that cannot be done on a wire.
 */
export function silences(
  deafness: Deafness,
  members: readonly string[],
  topology: Topology,
): readonly Silence[] | WayAround {
  const found: Silence[] = [];
  for (const [hearer, unheard] of deafness) {
    if (unheard.size === 0) continue;
    for (const { link, far, direction } of portsOf(hearer, topology)) {
      if (unheard.has(far)) {
        found.push({ link: link.id, direction, from: null });
        continue;
      }
      if (members.includes(far)) continue;
      const from: string[] = [];
      for (const reached of across(hearer, far, members, topology)) {
        if (!unheard.has(reached.node)) continue;
        if (reached.router !== null) {
          return { hearer, speaker: reached.node, router: reached.router };
        }
        from.push(reached.mac);
      }
      if (from.length > 0) {
        found.push({ link: link.id, direction, from: [...new Set(from)].sort() });
      }
    }
  }
  return found;
}

interface Port {
  readonly link: TopologyLink;
  readonly far: string;
  /** the one that leads to the node */
  readonly direction: WireDirection['direction'];
  /** of the other end */
  readonly farMac: string;
}

function portsOf(node: string, { links }: Topology): readonly Port[] {
  return links.flatMap((link): Port[] => {
    if (link.a.node === link.b.node) return [];
    if (link.a.node === node) {
      return [{ link, far: link.b.node, direction: 'b>a', farMac: link.b.mac }];
    }
    if (link.b.node === node) {
      return [{ link, far: link.a.node, direction: 'a>b', farMac: link.a.mac }];
    }
    return [];
  });
}

interface Reached {
  readonly node: string;
  /** of the end by which it is reached */
  readonly mac: string;
  /** a node on the way that is no switch */
  readonly router: string | null;
}

/** The members that a hearer's frames come from over nodes that are none, the first of which is `start`. */
function across(
  hearer: string,
  start: string,
  members: readonly string[],
  topology: Topology,
): readonly Reached[] {
  const found: Reached[] = [];
  const seen = new Set<string>();
  const open: { node: string; router: string | null }[] = [{ node: start, router: null }];
  for (let at = open.shift(); at !== undefined; at = open.shift()) {
    const router = at.router ?? (isSwitch(at.node, topology) ? null : at.node);
    const key = `${at.node} ${String(router !== null)}`;
    if (seen.has(key)) continue;
    seen.add(key);
    for (const { far, farMac } of portsOf(at.node, topology)) {
      if (far === hearer) continue;
      if (members.includes(far)) found.push({ node: far, mac: farMac, router });
      else open.push({ node: far, router });
    }
  }
  return found;
}

function isSwitch(name: string, { nodes }: Topology): boolean {
  return nodes.some((node) => node.name === name && isBridge(node));
}
