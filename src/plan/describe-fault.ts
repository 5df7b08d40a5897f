import type { FaultKind, PlannedFault } from '../fault/fault.ts';
import { endpointName } from '../lab/topology.ts';
import type { Topology, TopologyLink } from '../lab/topology.ts';
import type { WireDirection } from '../wire/want.ts';

/** 'impair dci (sw-a ↔ sw-b): delay 20ms ±5ms' */
export function describeFault(
  fault: PlannedFault,
  topology: Topology,
  kinds: Readonly<Record<string, FaultKind<unknown>>>,
): string {
  const what = kinds[fault.kind]?.describe(fault.params) ?? '';
  const where = describeTarget(fault, topology, kinds);
  return `${fault.kind} ${where}${pickedText(fault)}${what === '' ? '' : `: ${what}`}`;
}

function pickedText({ picked = [] }: PlannedFault): string {
  const each = picked.map(({ key, names, of }) => {
    return `${key} ${names.join(', ')} picked from ${String(of)}`;
  });
  return each.length === 0 ? '' : ` (${each.join('; ')})`;
}

/** Where a fault acts: links with the ways that it hits, or ends. */
export function describeTarget(
  { kind, params, target, live }: PlannedFault,
  topology: Topology,
  kinds: Readonly<Record<string, FaultKind<unknown>>>,
): string {
  if (live !== undefined) {
    const names = Object.keys(live.choices).join(' or ');
    return `${live.key} named by ${live.signal} (${names})`;
  }
  if (target.nodes !== undefined) return target.nodes.join(', ');
  if (target.directions.length === 0) return target.endpoints.join(', ');
  const found = kinds[kind];
  const carrier =
    found?.acts === 'wire' &&
    target.directions.every((direction) =>
      found.wants(params, direction, '').some((want) => want.kind === 'carrier'),
    );
  const links = new Map<string, WireDirection[]>();
  for (const direction of target.directions) {
    links.set(direction.link, [...(links.get(direction.link) ?? []), direction]);
  }
  const parts = [...links].map(([id, directions]) => {
    const link = topology.links.find((one) => one.id === id);
    if (link === undefined) return id;
    const [first] = directions;
    if (carrier) return `${id} at ${directions.map((one) => entering(link, one)).join(' and ')}`;
    if (directions.length > 1 || first === undefined)
      return `${id} (${link.a.node} ↔ ${link.b.node})`;
    return `${id} (${arrow(link, first)})`;
  });
  return parts.join(', ');
}

/** 'sw-a → sw-b' */
export function arrow(link: TopologyLink, { direction }: WireDirection): string {
  const [from, to] = direction === 'a>b' ? [link.a, link.b] : [link.b, link.a];
  return `${from.node} → ${to.node}`;
}

function entering(link: TopologyLink, { direction }: WireDirection): string {
  return endpointName(direction === 'a>b' ? link.a : link.b);
}
