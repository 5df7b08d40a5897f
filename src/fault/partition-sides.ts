import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { uniform } from './random.ts';

/** Who does not hear whom: node -> the nodes of which nothing reaches it. Pure; nothing here knows the lab. */
export type Deafness = ReadonlyMap<string, ReadonlySet<string>>;

/** How a set of nodes is divided. */
export const DIVISIONS = ['halves', 'majority', 'bridge', 'ring', 'singles'] as const;
export type Division = (typeof DIVISIONS)[number];

/** The fewest nodes that can be divided so: with fewer everybody would still hear everybody. */
export const FEWEST: Readonly<Record<Division, number>> = {
  halves: 2,
  majority: 3,
  bridge: 3,
  ring: 4,
  singles: 2,
};

/** Sides of which none hears another. */
export function apart(sides: readonly (readonly string[])[]): Deafness {
  return relation(sides.flat(), (hearer, speaker) => {
    const own = sides.find((side) => side.includes(hearer));
    return own?.includes(speaker) === false;
  });
}

/** What is left when only these nodes do not hear: one way. */
export function only(deafness: Deafness, hearers: readonly string[]): Deafness {
  return new Map([...deafness].filter(([hearer]) => hearers.includes(hearer)));
}

/**
 * halves: the first half of the nodes, one more where they are odd, and the rest. majority: the largest minority is cut
 * off (of 4 nodes 3 and 1, of 5 nodes 3 and 2). bridge: `middle` hears both halves of the others. ring: each hears its
 * neighbours, as far as makes a majority with itself, so that no two see the same one. singles: nobody hears anybody.
 */
export function divide(nodes: readonly string[], into: Division, middle?: string): Deafness {
  const n = nodes.length;
  switch (into) {
    case 'halves':
      return apart(splitAt(nodes, Math.ceil(n / 2)));
    case 'majority':
      return apart(splitAt(nodes, Math.floor(n / 2) + 1));
    case 'bridge': {
      const between = middle ?? nodes[Math.floor(n / 2)] ?? '';
      const others = nodes.filter((node) => node !== between);
      const halves = apart(splitAt(others, Math.ceil(others.length / 2)));
      return new Map(nodes.map((node) => [node, halves.get(node) ?? new Set<string>()]));
    }
    case 'ring': {
      // a majority is floor(n / 2) + 1 with itself in it: half of that to each side
      const reach = Math.ceil(Math.floor(n / 2) / 2);
      return relation(nodes, (hearer, speaker) => {
        const away = Math.abs(nodes.indexOf(hearer) - nodes.indexOf(speaker));
        return Math.min(away, n - away) > reach;
      });
    }
    case 'singles':
      return apart(nodes.map((node) => [node]));
    default:
      return into satisfies never;
  }
}

/** In an order that the generator chooses (Fisher and Yates). */
export function shuffled(nodes: readonly string[], random: RandomGenerator): readonly string[] {
  const order = [...nodes];
  for (let last = order.length - 1; last > 0; last--) {
    const other = Math.floor(uniform(random) * (last + 1));
    [order[last], order[other]] = [order[other] ?? '', order[last] ?? ''];
  }
  return order;
}

function splitAt(nodes: readonly string[], at: number): readonly (readonly string[])[] {
  return [nodes.slice(0, at), nodes.slice(at)];
}

function relation(
  nodes: readonly string[],
  isDeaf: (hearer: string, speaker: string) => boolean,
): Deafness {
  return new Map(
    nodes.map((hearer) => [hearer, new Set(nodes.filter((speaker) => isDeaf(hearer, speaker)))]),
  );
}
