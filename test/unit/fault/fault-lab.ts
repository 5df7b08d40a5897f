import type { Topology } from '../../../src/lab/topology.ts';

const position = { file: 'lab.clab.yml', line: 1, column: 1 };
const octet = (n: number): string => n.toString(16).padStart(2, '0');

/**
 * A lab of nodes (`sw...` are switches) and links `a b`, which are called `a~b`. The n-th port of the m-th node has the
 * address 02:00:00:00:<m>:<n>, m from 0, n from 1.
 */
export function labOf(names: readonly string[], links: readonly string[]): Topology {
  const used = new Map<string, number>();
  const end = (node: string): { node: string; interface: string; mac: string } => {
    const port = (used.get(node) ?? 0) + 1;
    used.set(node, port);
    const mac = `02:00:00:00:${octet(names.indexOf(node))}:${octet(port)}`;
    return { node, interface: `eth${String(port)}`, mac };
  };
  return {
    name: 'lab',
    file: 'lab.clab.yml',
    nodes: names.map((name) => ({
      name,
      kind: 'linux',
      image: '',
      mappedImage: name.startsWith('sw') ? 'bridge' : 'linux',
      binds: [],
      exec: [],
      env: {},
      labels: {},
      sysctls: {},
      position,
    })),
    links: links.map((text) => {
      const [a = '', b = ''] = text.split(' ');
      return {
        id: `${a}~${b}`,
        a: end(a),
        b: end(b),
        mtu: 1500,
        rateBitPerSec: 2e6,
        queueLimitPackets: 100,
        position,
      };
    }),
    notHonoured: [],
  };
}

const star = labOf(['n1', 'n2', 'n3', 'sw'], ['n1 sw', 'n2 sw', 'n3 sw']);

export const faultLab: { readonly star: Topology } = { star };
