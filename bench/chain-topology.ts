import type { Topology, TopologyLink, TopologyNode } from '../src/lab/topology.ts';

const position = { file: 'bench', line: 1, column: 1 };

/** N nodes in a row, a link between each two. */
export function chainTopology(n: number, image: string): Topology {
  const nodes = Array.from({ length: n }, (_, i): TopologyNode => {
    const name = `n${i}`;
    return {
      ...{ name, kind: 'linux', image, mappedImage: image, position },
      ...{ binds: [], exec: [], env: {}, labels: {}, sysctls: {} },
    };
  });
  const mac = (i: number, end: number): string => {
    const bytes = [i >> 8, i & 255, end].map((byte) => byte.toString(16).padStart(2, '0'));
    return `aa:c1:ab:${bytes.join(':')}`;
  };
  const links = Array.from({ length: n - 1 }, (_, i): TopologyLink => ({
    id: `l${i}`,
    a: { node: `n${i}`, interface: 'eth2', mac: mac(i, 2) },
    b: { node: `n${i + 1}`, interface: 'eth1', mac: mac(i + 1, 1) },
    mtu: 1500,
    rateBitPerSec: 100_000_000,
    queueLimitPackets: 1000,
    position,
  }));
  return { name: 'chain', file: 'bench', nodes, links, notHonoured: [] };
}
