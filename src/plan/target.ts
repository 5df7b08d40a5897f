import { z } from 'zod';
import type { FaultKind, FaultTarget } from '../fault/fault.ts';
import { endpointName } from '../lab/topology.ts';
import type { TopologyLink } from '../lab/topology.ts';
import { addIssues } from '../scenario/schema-problems.ts';
import type { YamlPath } from '../scenario/yaml.ts';
import type { Direction, WireDirection } from '../wire/want.ts';
import { behind, findEnd, findLink } from './find-link.ts';
import { nodesTarget } from './node-target.ts';
import type { PlanContext } from './plan-context.ts';

interface TargetText {
  readonly node?: string | readonly string[] | undefined;
  readonly link?: string | readonly string[] | undefined;
  readonly end?: string | readonly string[] | undefined;
  readonly toward?: string | undefined;
  readonly direction?: 'in' | 'out' | undefined;
}

const oneOrList = z.union([z.string(), z.array(z.string()).min(1)]);

const targetText = {
  link: 'both ends, both ways: the name of a link, leaf1~spine1, or an endpoint of it; or a list',
  end: 'one end: an endpoint such as leaf1:eth1; or a list',
  node: 'for what acts in nodes: a node, a group or a selector; or a list',
  toward: 'one way: toward a node, a group or an end',
  direction: 'with end: what comes in to its node, or what goes out',
} as const;

/** Where a fault acts, as written: the same keys for every kind. */
const targetSchema: z.ZodType<TargetText> = z.strictObject({
  link: oneOrList.optional().describe(targetText.link),
  end: oneOrList.optional().describe(targetText.end),
  node: oneOrList.optional().describe(targetText.node),
  toward: z.string().optional().describe(targetText.toward),
  direction: z.enum(['in', 'out']).optional().describe(targetText.direction),
});

const live = z
  .strictObject({ now: z.string().describe('a signal whose value names a node or a port') })
  .describe('what the signal names when the fault is injected');
const picked = z
  .strictObject({ pick: z.union([z.int().min(1), z.string()]), of: oneOrList })
  .describe('so many of these, by the seed');

/** The same with what is decided later or by chance (live-target.ts): what may be written. */
export const writtenTargetSchema: z.ZodType = z.strictObject({
  link: z.union([oneOrList, live, picked]).optional().describe(targetText.link),
  end: z.union([oneOrList, live, picked]).optional().describe(targetText.end),
  node: z.union([oneOrList, live, picked]).optional().describe(targetText.node),
  toward: z.union([z.string(), live, picked]).optional().describe(targetText.toward),
  direction: z.enum(['in', 'out']).optional().describe(targetText.direction),
});

export const targetKeys: readonly string[] = ['link', 'end', 'node', 'toward', 'direction'];

/** The directions of wires (or the endpoints, for what acts in nodes) that a fault acts on. */
export function resolveTarget(
  context: PlanContext,
  path: YamlPath,
  kind: FaultKind<unknown>,
  params: unknown,
  written: Readonly<Record<string, unknown>>,
): FaultTarget | undefined {
  const { problems } = context;
  const result = targetSchema.safeParse(written);
  if (!result.success) {
    addIssues(problems, path, result.error, targetSchema);
    return undefined;
  }
  const text = result.data;
  if (kind.acts === 'node' && kind.on === 'nodes') return nodesTarget(context, path, kind, text);
  if (text.node !== undefined) {
    const hint = "it acts on a link or an end: link: dci, or end: 'leaf1:eth1'";
    problems.addKey([...path, 'node'], `'${kind.name}' does not act on a node`, { hint });
    return undefined;
  }
  if (text.link === undefined && text.end === undefined) {
    const expected = "a target such as link: dci, or end: 'leaf1:eth1'";
    problems.add(path, `'${kind.name}' does not say where it acts`, { expected });
    return undefined;
  }
  if (text.direction !== undefined && text.end === undefined) {
    const hint = "'toward' gives a direction to a link";
    problems.addKey([...path, 'direction'], "'direction' goes with 'end' only", { hint });
    return undefined;
  }
  if (text.direction !== undefined && text.toward !== undefined) {
    problems.addKey([...path, 'toward'], "'direction' and 'toward' both give the direction");
    return undefined;
  }
  return text.end === undefined
    ? linksTarget(context, path, kind, params, text)
    : endsTarget(context, path, kind, params, text);
}

function linksTarget(
  context: PlanContext,
  path: YamlPath,
  kind: FaultKind<unknown>,
  params: unknown,
  text: TargetText,
): FaultTarget | undefined {
  const links = linksOf(context, path, text.link);
  if (links === undefined) return undefined;
  if (text.toward === undefined) {
    const ends = links.flatMap((link) => [endpointName(link.a), endpointName(link.b)]);
    if (kind.acts === 'node') return { directions: [], endpoints: ends };
    return { directions: links.flatMap(bothWays), endpoints: [] };
  }
  if (refusesDirection(context, [...path, 'toward'], kind, params)) return undefined;
  const directions = links.map((link) =>
    towards(context, [...path, 'toward'], link, text.toward ?? ''),
  );
  const known = directions.filter((direction) => direction !== undefined);
  return known.length === links.length ? { directions: known, endpoints: [] } : undefined;
}

function endsTarget(
  context: PlanContext,
  path: YamlPath,
  kind: FaultKind<unknown>,
  params: unknown,
  text: TargetText,
): FaultTarget | undefined {
  const { topology, problems } = context;
  if (text.toward !== undefined) {
    const hint = "with 'end', write direction: in or out; with 'link', toward";
    problems.addKey([...path, 'toward'], "'toward' goes with 'link' only", { hint });
    return undefined;
  }
  const within = text.link === undefined ? topology.links : linksOf(context, path, text.link);
  if (within === undefined) return undefined;
  const names = asList(text.end);
  const ends = names.map((name, index) =>
    findEnd(
      name,
      within,
      problems,
      Array.isArray(text.end) ? [...path, 'end', index] : [...path, 'end'],
    ),
  );
  const found = ends.filter((end) => end !== undefined);
  if (found.length < ends.length) return undefined;
  if (
    text.direction !== undefined &&
    refusesDirection(context, [...path, 'direction'], kind, params)
  ) {
    return undefined;
  }
  if (kind.acts === 'node') {
    const endpoints = new Set(found.map(({ link, side }) => endpointName(link[side])));
    return { directions: [], endpoints: [...endpoints] };
  }
  const directions = found.flatMap(({ link, side }): readonly WireDirection[] => {
    const out: WireDirection = { link: link.id, direction: side === 'a' ? 'a>b' : 'b>a' };
    const into: WireDirection = { link: link.id, direction: side === 'a' ? 'b>a' : 'a>b' };
    if (text.direction === 'out') return [out];
    if (text.direction === 'in') return [into];
    // carrier belongs to the end at which a direction enters: one end is one direction
    return wantsCarrier(kind, params) ? [out] : [out, into];
  });
  // both ends of a link are the same two directions
  const each = new Map(directions.map((at) => [`${at.link} ${at.direction}`, at]));
  return { directions: [...each.values()], endpoints: [] };
}

function linksOf(
  { topology, problems }: PlanContext,
  path: YamlPath,
  text: string | readonly string[] | undefined,
): readonly TopologyLink[] | undefined {
  const found = asList(text).map((name, index) =>
    findLink(
      name,
      topology,
      problems,
      Array.isArray(text) ? [...path, 'link', index] : [...path, 'link'],
    ),
  );
  const links = found.filter((link) => link !== undefined);
  return links.length === found.length ? [...new Set(links)] : undefined;
}

/** The direction of a link that leads to a node, a group or an end: by its own ends, else by what lies behind them. */
function towards(
  { topology, problems, groups }: PlanContext,
  path: YamlPath,
  link: TopologyLink,
  text: string,
): WireDirection | undefined {
  const direction = (way: Direction): WireDirection => ({ link: link.id, direction: way });
  if (endpointName(link.a) === text) return direction('b>a');
  if (endpointName(link.b) === text) return direction('a>b');
  const nodes = groups.find(text, problems, path);
  if (nodes === undefined) return undefined;
  const [atA, atB] = [nodes.includes(link.a.node), nodes.includes(link.b.node)];
  if (atA !== atB) return direction(atA ? 'b>a' : 'a>b');
  if (atA) {
    problems.add(path, `both ends of ${link.id} are in '${text}': which way is that?`, {
      expected: `${link.a.node} or ${link.b.node}`,
    });
    return undefined;
  }
  const [sideA, sideB] = [link.a, link.b].map((end) => behind(end, link, topology));
  const behindA = nodes.every((node) => sideA?.has(node) === true && sideB?.has(node) !== true);
  const behindB = nodes.every((node) => sideB?.has(node) === true && sideA?.has(node) !== true);
  if (behindA || behindB) return direction(behindA ? 'b>a' : 'a>b');
  problems.add(path, `'${text}' is not on one side of ${link.id}`, {
    expected: `${link.a.node} or ${link.b.node}`,
  });
  return undefined;
}

function refusesDirection(
  { problems }: PlanContext,
  path: YamlPath,
  kind: FaultKind<unknown>,
  params: unknown,
): boolean {
  if (kind.acts === 'wire' && !wantsCarrier(kind, params)) return false;
  const hint = "for one side only, name its end: end: 'leaf1:eth1'";
  problems.addKey(path, `'${kind.name}' acts on ends and has no direction`, { hint });
  return true;
}

function wantsCarrier(kind: FaultKind<unknown>, params: unknown): boolean {
  if (kind.acts !== 'wire') return false;
  const wants = kind.wants(params, { link: '', direction: 'a>b' }, '');
  return wants.some((want) => want.kind === 'carrier');
}

function bothWays(link: TopologyLink): readonly WireDirection[] {
  return [
    { link: link.id, direction: 'a>b' },
    { link: link.id, direction: 'b>a' },
  ];
}

function asList(text: string | readonly string[] | undefined): readonly string[] {
  if (text === undefined) return [];
  return typeof text === 'string' ? [text] : text;
}
