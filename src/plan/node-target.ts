import type { FaultTarget, NodeFaultKind } from '../fault/fault.ts';
import type { YamlPath } from '../scenario/yaml.ts';
import type { WireDirection } from '../wire/want.ts';
import type { PlanContext } from './plan-context.ts';

interface NodeTargetText {
  readonly node?: string | readonly string[] | undefined;
  readonly link?: unknown;
  readonly end?: unknown;
  readonly toward?: unknown;
  readonly direction?: unknown;
}

/** What acts in nodes; their wires in both directions, where the kind wants something of them too. */
export function nodesTarget(
  { topology, problems, groups }: PlanContext,
  path: YamlPath,
  kind: NodeFaultKind<unknown>,
  text: NodeTargetText,
): FaultTarget | undefined {
  for (const key of ['link', 'end', 'toward', 'direction'] as const) {
    if (text[key] === undefined) continue;
    problems.addKey([...path, key], `'${kind.name}' acts on nodes`, { expected: 'node: r1' });
    return undefined;
  }
  if (text.node === undefined) {
    const expected = 'a target such as node: r1, or a group of nodes';
    problems.add(path, `'${kind.name}' does not say where it acts`, { expected });
    return undefined;
  }
  const names = typeof text.node === 'string' ? [text.node] : text.node;
  const found = names.map((name, index) =>
    groups.find(
      name,
      problems,
      Array.isArray(text.node) ? [...path, 'node', index] : [...path, 'node'],
    ),
  );
  const known = found.filter((nodes) => nodes !== undefined);
  if (known.length < found.length) return undefined;
  const wanted = new Set(known.flat());
  const nodes = topology.nodes.map(({ name }) => name).filter((name) => wanted.has(name));
  const links = topology.links.filter(({ a, b }) => wanted.has(a.node) || wanted.has(b.node));
  const directions =
    kind.wants === undefined
      ? []
      : links.flatMap(({ id }): readonly WireDirection[] => [
          { link: id, direction: 'a>b' },
          { link: id, direction: 'b>a' },
        ]);
  return { directions, endpoints: [], nodes };
}
