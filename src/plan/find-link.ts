import { endpointName } from '../lab/topology.ts';
import type { Topology, TopologyEndpoint, TopologyLink } from '../lab/topology.ts';
import { nearName } from '../scenario/near-name.ts';
import type { Problems } from '../scenario/problems.ts';
import type { YamlPath } from '../scenario/yaml.ts';

/** A link by its name, as `leaf1~spine1`, or by an endpoint of it; undefined (and a problem) where that is not one. */
export function findLink(
  text: string,
  topology: Topology,
  problems: Problems,
  path: YamlPath,
): TopologyLink | undefined {
  const exact = topology.links.find((link) => link.id === text);
  if (exact !== undefined) return exact;
  const matching = topology.links.filter((link) => namesOf(link).includes(text));
  const [first, second] = matching;
  if (first !== undefined && second === undefined) return first;
  if (second !== undefined) {
    problems.add(path, `'${text}' is ambiguous: ${String(matching.length)} links`, {
      expected: `one of ${matching.map(bothEnds).join(', ')}`,
    });
    return undefined;
  }
  const known = topology.links.flatMap((link) => [link.id, ...namesOf(link)]);
  const ids = topology.links.map((link) => link.id);
  problems.add(path, `there is no link '${text}' in the lab`, {
    near: nearName(text, known),
    expected: ids.length > 0 && ids.length <= 16 ? `one of ${ids.join(', ')}` : undefined,
  });
  return undefined;
}

/** An end by its endpoint; where the link is known, by its node too. */
export function findEnd(
  text: string,
  links: readonly TopologyLink[],
  problems: Problems,
  path: YamlPath,
): { readonly link: TopologyLink; readonly side: 'a' | 'b' } | undefined {
  const ends = links.flatMap((link) => [
    { link, side: 'a' as const, end: link.a },
    { link, side: 'b' as const, end: link.b },
  ]);
  const exact = ends.find(({ end }) => endpointName(end) === text);
  if (exact !== undefined) return { link: exact.link, side: exact.side };
  const ofNode = ends.filter(({ end }) => end.node === text);
  const [first, second] = ofNode;
  if (first !== undefined && second === undefined) return { link: first.link, side: first.side };
  const names = ends.map(({ end }) => endpointName(end));
  const candidates = (second === undefined ? ends : ofNode).map(({ end }) => endpointName(end));
  const expected = candidates.length <= 16 ? `one of ${candidates.join(', ')}` : undefined;
  if (second !== undefined) {
    problems.add(path, `'${text}' is ambiguous: it has ${String(ofNode.length)} ends`, {
      expected,
    });
  } else {
    problems.add(path, `there is no end '${text}'`, { near: nearName(text, names), expected });
  }
  return undefined;
}

function namesOf({ a, b }: TopologyLink): readonly string[] {
  const [left, right] = [endpointName(a), endpointName(b)];
  return [
    left,
    right,
    `${a.node}~${b.node}`,
    `${b.node}~${a.node}`,
    `${left}~${right}`,
    `${right}~${left}`,
  ];
}

function bothEnds({ id, a, b }: TopologyLink): string {
  const ends = `${endpointName(a)}~${endpointName(b)}`;
  return id === ends ? id : `${id} (${ends})`;
}

/** The nodes that can be reached from an end of a link without that link. */
export function behind(
  end: TopologyEndpoint,
  without: TopologyLink,
  topology: Topology,
): ReadonlySet<string> {
  const reached = new Set([end.node]);
  const open = [end.node];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    for (const link of topology.links) {
      if (link === without) continue;
      const other = link.a.node === node ? link.b.node : link.b.node === node ? link.a.node : node;
      if (reached.has(other)) continue;
      reached.add(other);
      open.push(other);
    }
  }
  return reached;
}
