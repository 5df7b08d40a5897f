import { closeSync, openSync } from 'node:fs';
import { inNetns } from '../../host/namespaces.ts';
import { NetlinkSocket } from '../../host/netlink-socket.ts';
import { Nftables } from '../../host/nftables.ts';
import { TC_ROOT, decodeQdisc, dumpQdiscs, type QdiscState } from '../../host/qdisc.ts';
import { decodeVeth, dumpLinks, type VethSeen } from '../../host/rtnetlink-link.ts';
import { lookUpNsid } from '../../host/rtnetlink-namespace.ts';
import { NODE_RULES } from '../../wire/rule-place.ts';
import { endpointName, type EndLimit, type Topology, type TopologyLink } from '../topology.ts';

/** The first processes of the nodes that are containers; others (bridges of the host) are not in it. */
export type NodePids = ReadonlyMap<string, number>;

interface Looked {
  readonly links: readonly VethSeen[];
  readonly qdiscs: readonly QdiscState[];
  /** it has the table of a run that is there already */
  readonly isTaken: boolean;
}

/**
 * What really stands of the links of a lab: each should be a veth pair from one of its nodes to the other. Nothing is
 * changed by looking. Needs CAP_SYS_ADMIN over the containers.
 */
export function lookAtLinks({ links }: Topology, pids: NodePids): readonly EndLimit[] {
  const nodes = new Map([...pids].map(([name, pid]) => [name, new NodeNetwork(pid)]));
  try {
    return links.flatMap((link) => limitsOf(link, nodes));
  } finally {
    for (const node of nodes.values()) node.close();
  }
}

function limitsOf(link: TopologyLink, nodes: ReadonlyMap<string, NodeNetwork>): EndLimit[] {
  const [a, b] = [nodes.get(link.a.node), nodes.get(link.b.node)];
  const ends = [endpointName(link.a), endpointName(link.b)] as const;
  const why = whyNoPair(link, a, b);
  if (why !== undefined) return ends.map((end) => ({ end, bars: 'all', why }));
  return [link.a, link.b].flatMap((end): EndLimit[] => {
    const node = nodes.get(end.node);
    if (node === undefined) return [];
    if (node.looked.isTaken) {
      const why = `${end.node} has a table '${NODE_RULES.table}' of nftables: another run is attached to it`;
      return [{ end: endpointName(end), bars: 'all', why }];
    }
    const root = node.rootQdisc(end.interface);
    if (root === undefined) return [];
    const handle = (root.place.handle >>> 16).toString(16);
    const theirs = `${endpointName(end)} has a root qdisc of its own (${root.kind} ${handle}:), which is kept`;
    return [{ end: endpointName(end), bars: 'queue', why: theirs }];
  });
}

function whyNoPair(
  { a, b }: TopologyLink,
  nodeA: NodeNetwork | undefined,
  nodeB: NodeNetwork | undefined,
): string | undefined {
  for (const [end, node] of [
    [a, nodeA],
    [b, nodeB],
  ] as const) {
    if (node === undefined) return `${end.node} is no container of the lab`;
    const seen = node.link(end.interface);
    if (seen === undefined) return `there is no interface ${endpointName(end)}`;
    if (!seen.isVeth) return `${endpointName(end)} is no end of a veth pair`;
  }
  const [endA, endB] = [nodeA?.link(a.interface), nodeB?.link(b.interface)];
  const isPair =
    nodeA !== undefined &&
    nodeB !== undefined &&
    endA?.peerIndex === endB?.index &&
    endB?.peerIndex === endA?.index &&
    nodeA.leadsTo(a.interface, nodeB) &&
    nodeB.leadsTo(b.interface, nodeA);
  return isPair ? undefined : `${endpointName(a)} and ${endpointName(b)} are not joined`;
}

/** The network namespace of a container. */
class NodeNetwork {
  readonly looked: Looked;
  readonly #netnsFd: number;
  readonly #socket: NetlinkSocket;

  constructor(pid: number) {
    this.#netnsFd = openSync(`/proc/${String(pid)}/ns/net`, 'r');
    const nft = inNetns(this.#netnsFd, () => new Nftables());
    this.#socket = inNetns(this.#netnsFd, () => new NetlinkSocket());
    this.looked = {
      links: this.#socket.dump(dumpLinks(), decodeVeth),
      qdiscs: this.#socket.dump(dumpQdiscs(), decodeQdisc),
      isTaken: nft.run('list tables').split('\n').includes(`table netdev ${NODE_RULES.table}`),
    };
    nft.close();
  }

  link(name: string): VethSeen | undefined {
    return this.looked.links.find((each) => each.name === name);
  }

  /** Is the far end of this pair in that node? */
  leadsTo(name: string, other: NodeNetwork): boolean {
    const nsid = this.link(name)?.peerNsid;
    return nsid !== undefined && nsid === lookUpNsid(this.#socket, other.#netnsFd);
  }

  /** One that somebody has put there: the kernel's own has no handle. */
  rootQdisc(name: string): QdiscState | undefined {
    const index = this.link(name)?.index;
    return this.looked.qdiscs.find(
      ({ place }) => place.device === index && place.parent === TC_ROOT && place.handle !== 0,
    );
  }

  close(): void {
    this.#socket.close();
    closeSync(this.#netnsFd);
  }
}
