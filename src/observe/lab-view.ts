import { nearName } from '../scenario/near-name.ts';
import {
  endpointName,
  isBridge,
  type Topology,
  type TopologyEndpoint,
  type TopologyLink,
} from '../lab/topology.ts';

/** Questions that observers and probes ask about a lab before anything runs. */

export { isBridge };

export function bridgeNames(topology: Topology): readonly string[] {
  return topology.nodes.filter(isBridge).map((node) => node.name);
}

export function endpointsOf(topology: Topology, node: string): readonly TopologyEndpoint[] {
  return topology.links.flatMap((link) => [link.a, link.b]).filter((end) => end.node === node);
}

/** The endpoint at which a frame in this direction enters the wire, and the one at which it leaves. */
export function wireEnds(
  link: TopologyLink,
  direction: 'a>b' | 'b>a',
): { readonly from: TopologyEndpoint; readonly to: TopologyEndpoint } {
  return direction === 'a>b' ? { from: link.a, to: link.b } : { from: link.b, to: link.a };
}

/** What to say when some of these nodes do not exist; undefined when they all do. */
export function unknownNode(names: readonly string[], topology: Topology): string | undefined {
  const known = topology.nodes.map((node) => node.name);
  const missing = names.find((name) => !known.includes(name));
  return missing === undefined ? undefined : notFound('node', missing, known);
}

/** A link by its id, by one of its ends (`leaf1:eth1`), or as `a~b` where that is one link. */
export function findLink(
  text: string,
  topology: Topology,
): { readonly link: TopologyLink } | { readonly problem: string } {
  const exact = topology.links.find((link) => link.id === text);
  if (exact !== undefined) return { link: exact };
  const matching = topology.links.filter((link) => namesOf(link).includes(text));
  const [first] = matching;
  if (first !== undefined && matching.length === 1) return { link: first };
  if (first !== undefined) {
    return { problem: `'${text}' is ambiguous: ${matching.map((link) => link.id).join(', ')}` };
  }
  const all = topology.links.flatMap((link) => [link.id, ...namesOf(link)]);
  return { problem: notFound('link', text, all) };
}

function namesOf(link: TopologyLink): readonly string[] {
  const { a, b } = link;
  return [endpointName(a), endpointName(b), `${a.node}~${b.node}`, `${b.node}~${a.node}`];
}

function notFound(what: string, name: string, known: readonly string[]): string {
  const near = nearName(name, known);
  const hint = near === undefined ? '' : `; did you mean '${near}'?`;
  return `no ${what} '${name}' in the lab${hint}`;
}

/**
 * The layer-2 segments of a lab, without its bridges: endpoints of two nodes are in one segment when a frame can go
 * from one to the other through bridges alone. In the order of the lab file.
 */
export function segments(topology: Topology): readonly (readonly TopologyEndpoint[])[] {
  const bridges = new Set(bridgeNames(topology));
  const group = new Map<string, string>();
  const find = (key: string): string => {
    let root = key;
    for (let next = group.get(root); next !== undefined; next = group.get(root)) root = next;
    return root;
  };
  const keyOf = (end: TopologyEndpoint): string =>
    bridges.has(end.node) ? end.node : endpointName(end);
  for (const { a, b } of topology.links) {
    const [left, right] = [find(keyOf(a)), find(keyOf(b))];
    if (left !== right) group.set(right, left);
  }
  const members = new Map<string, TopologyEndpoint[]>();
  for (const end of topology.links.flatMap((link) => [link.a, link.b])) {
    if (bridges.has(end.node)) continue;
    const root = find(keyOf(end));
    members.set(root, [...(members.get(root) ?? []), end]);
  }
  return [...members.values()];
}
