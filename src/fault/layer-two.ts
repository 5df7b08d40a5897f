import { isBridge, type Topology, type TopologyLink } from '../lab/topology.ts';
import { formatQuantity } from '../scenario/units.ts';

/** Faster links of a loop keep the machine busy for ever: in the warp clock time stands still as long as it is. */
const FASTEST_BIT_PER_SEC = 10e6;

/** Links that frames could go round on, if spanning tree failed: those of a ring of switches. */
export function ringLinks(topology: Topology): readonly TopologyLink[] {
  const switches = new Set(topology.nodes.filter(isBridge).map(({ name }) => name));
  const between = topology.links.filter(({ a, b }) => switches.has(a.node) && switches.has(b.node));
  return between.filter((link) => {
    const reached = new Set([link.a.node]);
    const open = [link.a.node];
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      for (const other of between) {
        if (other === link) continue;
        const far =
          other.a.node === node ? other.b.node : other.b.node === node ? other.a.node : node;
        if (reached.has(far)) continue;
        reached.add(far);
        open.push(far);
      }
    }
    return reached.has(link.b.node);
  });
}

export function refuseFastRing(topology: Topology): string | undefined {
  return refuseFast(ringLinks(topology));
}

/** Why frames must not be let go round on these links, or undefined. */
export function refuseFast(links: readonly TopologyLink[]): string | undefined {
  const fast = links.find(({ rateBitPerSec }) => rateBitPerSec > FASTEST_BIT_PER_SEC);
  if (fast === undefined) return undefined;
  const most = formatQuantity({ dimension: 'bit-rate', value: FASTEST_BIT_PER_SEC });
  const is = formatQuantity({ dimension: 'bit-rate', value: fast.rateBitPerSec });
  return `frames may go round on ${fast.id}, which has ${is}: give it a rate of at most ${most} in the lab (vars: {chaos: {rate: 2mbit}})`;
}
