import type { Topology } from '../lab/topology.ts';
import { EFFECTS, type BlastRadius, type ReachedDirection } from './blast-radius.ts';
import type { Severed } from './reachability.ts';
import { arrow } from './describe-fault.ts';

/** more names and lines than this tell a reader nothing */
const MOST_NAMES = 6;
const MOST_LINKS = 6;
const MOST_SEVERED = 4;

/** How far the faults reach, as lines for people; none without faults. */
export function radiusLines(radius: BlastRadius, topology: Topology): readonly string[] {
  const { directions, nodes, atOnce, worst } = radius;
  if (directions.length === 0 && nodes.length === 0) return [];
  const links = new Set(directions.map(({ link }) => link));
  const wires = `${String(links.size)} of ${String(topology.links.length)} links, ${String(directions.length)} of their ${String(2 * topology.links.length)} directions`;
  const inNodes =
    nodes.length === 0
      ? ''
      : `; acts in ${String(nodes.length)} of ${String(topology.nodes.length)} nodes: ${list(nodes)}`;
  return [
    `${wires}${inNodes}`,
    ...linkLines([...links], directions, topology),
    ...(atOnce.length > 1 ? [`at most ${String(atOnce.length)} steps at once: ${list(atOnce)}`] : []),
    ...(worst === null
      ? ['nobody is cut off from anybody by the wires']
      : severedLines(worst.steps, worst.severed)),
    'control path: none of these wires; chaos speaks with the lab through a pipe',
  ];
} // prettier-ignore

function linkLines(
  links: readonly string[],
  directions: readonly ReachedDirection[],
  topology: Topology,
): readonly string[] {
  const lines = links.slice(0, MOST_LINKS).map((id) => {
    const link = topology.links.find((one) => one.id === id);
    const [first, second] = directions.filter((one) => one.link === id);
    if (link === undefined || first === undefined) return id;
    const [one, other] = [whatText(first), second === undefined ? '' : whatText(second)];
    if (one === other) return `${id} (${link.a.node} ↔ ${link.b.node}): ${one}`;
    const each = second === undefined ? [first] : [first, second];
    return `${id}: ${each.map((way) => `${arrow(link, way)} ${whatText(way)}`).join('; ')}`;
  });
  const rest = links.length - MOST_LINKS;
  return rest > 0 ? [...lines, `and ${String(rest)} more links`] : lines;
}

/** 'cut (flapping, deaf), impaired (bursts)' would need them apart: 'cut, impaired (bursts, flapping, deaf)' */
function whatText({ effects, steps }: ReachedDirection): string {
  return `${EFFECTS.filter((effect) => effects.includes(effect)).join(', ')} (${list(steps)})`;
}

function severedLines(steps: readonly string[], severed: readonly Severed[]): readonly string[] {
  const lines = severed
    .slice(0, MOST_SEVERED)
    .map(({ from, to, bothWays }) =>
      bothWays
        ? `${list(from)} | ${list(to)}: cut from each other`
        : `${list(from)} → ${list(to)}: no way there`,
    );
  const rest = severed.length - MOST_SEVERED;
  return [
    `at worst, in ${list(steps)}:`,
    ...lines.map((line) => `  ${line}`),
    ...(rest > 0 ? [`  and ${String(rest)} more groups`] : []),
  ];
}

function list(names: readonly string[]): string {
  const rest = names.length - MOST_NAMES;
  const shown = names.slice(0, MOST_NAMES).join(', ');
  return rest > 0 ? `${shown} and ${String(rest)} more` : shown;
}
