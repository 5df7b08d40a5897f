import type { FaultKind, FaultTarget, PlannedFault } from '../fault/fault.ts';
import { endpointName, type Topology } from '../lab/topology.ts';
import { otherWay, type Direction, type WireWant } from '../wire/want.ts';
import { moments, setsTogether } from './in-force-together.ts';
import type { Kinds } from './kinds.ts';
import type { PlannedStep } from './plan.ts';
import { Reachability, type Blocked, type Severed } from './reachability.ts';

/** What a fault does to one direction of a wire, the worst first. */
export const EFFECTS = ['cut', 'impaired', 'sent into', 'joined'] as const;
export type Effect = (typeof EFFECTS)[number];

export interface ReachedDirection {
  readonly link: string;
  readonly direction: Direction;
  readonly effects: readonly Effect[];
  /** names of steps, repetitions as one */
  readonly steps: readonly string[];
}

/** How far the faults of a plan reach. */
export interface BlastRadius {
  /** in the lab's order */
  readonly directions: readonly ReachedDirection[];
  /** nodes that faults act in, in the lab's order */
  readonly nodes: readonly string[];
  /** the most steps that may be in force together */
  readonly atOnce: readonly string[];
  /** steps in force together that cut the most nodes from each other; null: none cuts anybody off */
  readonly worst: { readonly steps: readonly string[]; readonly severed: readonly Severed[] } | null;
} // prettier-ignore

/** Something that a fault does to a direction. */
interface Hit {
  readonly link: string;
  readonly direction: Direction;
  readonly effect: Effect;
  /** Ethernet sources, if only theirs are cut */
  readonly sources?: readonly string[];
}

/** Where the faults of the steps act, who is cut from whom while as many of them as possible are in force. Pure. */
export function blastRadius(
  steps: readonly PlannedStep[],
  topology: Topology,
  { faults }: Kinds,
): BlastRadius {
  const withFaults = steps.filter((step) => step.faults.length > 0).map((step) => ({ step }));
  const atOnce = new Map<string, readonly PlannedStep[]>();
  for (const moment of moments(withFaults)) {
    for (const together of setsTogether(moment)) {
      const set = together.map(({ step }) => step);
      atOnce.set(namesOf(set).join('\0'), set);
    }
  }
  const reachability = new Reachability(topology);
  const hitsOf = (fault: PlannedFault, target: FaultTarget): readonly Hit[] =>
    hits(fault, target, faults[fault.kind], topology);
  let worst: BlastRadius['worst'] = null;
  let pairs = 0;
  for (const set of atOnce.values()) {
    const found = severedBy(set, reachability, hitsOf);
    if (found.pairs <= pairs) continue;
    pairs = found.pairs;
    worst = { steps: namesOf(set), severed: found.severed };
  }
  const most = [...atOnce.values()].reduce<readonly string[]>((best, set) => {
    const names = namesOf(set);
    return names.length > best.length ? names : best;
  }, []);
  return {
    directions: reachedDirections(steps, topology, hitsOf),
    nodes: nodesActedIn(steps, topology),
    atOnce: most,
    worst,
  };
}

/** `cut[1]` and `cut[2]` are one step of the file. */
function namesOf(steps: readonly PlannedStep[]): readonly string[] {
  return [...new Set(steps.map(({ id }) => id.replace(/\[\d+\]$/u, '')))];
}

type HitsOf = (fault: PlannedFault, target: FaultTarget) => readonly Hit[];

/** Where a fault may act: what a signal will name may be any of its choices. */
function targetsOf({ live, target }: PlannedFault): readonly FaultTarget[] {
  return live === undefined ? [target] : Object.values(live.choices);
}

function severedBy(
  steps: readonly PlannedStep[],
  reachability: Reachability,
  hitsOf: HitsOf,
): ReturnType<Reachability['without']> {
  const all = steps.flatMap((step) => step.faults);
  let blocked: readonly Blocked[] = [];
  for (const fault of all.filter(({ live }) => live === undefined)) {
    blocked = [...blocked, ...cutsOf(hitsOf(fault, fault.target))];
  }
  let found = reachability.without(blocked);
  // of what signals name only one is hit: the worst
  for (const fault of all.filter(({ live }) => live !== undefined)) {
    const options = targetsOf(fault).map((target) => {
      const together = [...blocked, ...cutsOf(hitsOf(fault, target))];
      return { together, result: reachability.without(together) };
    });
    const worst = options.reduce<(typeof options)[number] | undefined>(
      (best, each) => (each.result.pairs > (best?.result.pairs ?? found.pairs) ? each : best),
      undefined,
    );
    if (worst === undefined) continue;
    blocked = worst.together;
    found = worst.result;
  }
  return found;
}

function cutsOf(all: readonly Hit[]): readonly Blocked[] {
  return all.filter(({ effect }) => effect === 'cut');
}

function hits(
  fault: PlannedFault,
  { directions, endpoints, nodes = [] }: FaultTarget,
  kind: FaultKind<unknown> | undefined,
  topology: Topology,
): readonly Hit[] {
  if (kind === undefined) return [];
  const wanted = directions.flatMap((at) => kind.wants?.(fault.params, at, '') ?? []);
  const takes = kind.acts === 'node' ? kind.takes : undefined;
  const gone = topology.links.filter(({ a, b }) =>
    takes === 'node'
      ? nodes.includes(a.node) || nodes.includes(b.node)
      : takes === 'end' && [a, b].some((end) => endpoints.includes(endpointName(end))),
  );
  const bothWays = gone.flatMap(({ id: link }): readonly Hit[] => [
    { link, direction: 'a>b', effect: 'cut' },
    { link, direction: 'b>a', effect: 'cut' },
  ]);
  return [...wanted.flatMap(hitsOfWant), ...bothWays];
}

function hitsOfWant(want: WireWant): readonly Hit[] {
  const at = { link: want.link, direction: want.direction };
  switch (want.kind) {
    case 'cut':
      return [{ ...at, effect: 'cut' }];
    case 'carrier':
      // without carrier nothing enters at that end, and nothing leaves there
      return [
        { ...at, effect: 'cut' },
        { ...at, direction: otherWay(want.direction), effect: 'cut' },
      ];
    case 'drop': {
      const { sourceMacs, ...others } = want.match;
      if (want.ratio < 1 || Object.keys(others).length > 0) return [{ ...at, effect: 'impaired' }];
      return [{ ...at, effect: 'cut', ...(sourceMacs && { sources: sourceMacs }) }];
    }
    case 'impair': {
      const isEvery = Object.keys(want.match).length === 0;
      const isCut = isEvery && (want.impairment.lossRatio ?? 0) >= 1;
      return [{ ...at, effect: isCut ? 'cut' : 'impaired' }];
    }
    case 'send':
      return [{ ...at, effect: 'sent into' }];
    case 'join':
      return [{ ...at, effect: 'joined' }];
    default:
      return want satisfies never;
  }
}

function reachedDirections(
  steps: readonly PlannedStep[],
  topology: Topology,
  hitsOf: HitsOf,
): readonly ReachedDirection[] {
  const found = new Map<string, { effects: Set<Effect>; steps: PlannedStep[] }>();
  for (const step of steps) {
    for (const fault of step.faults) {
      for (const hit of targetsOf(fault).flatMap((target) => hitsOf(fault, target))) {
        const key = `${hit.link} ${hit.direction}`;
        const own = found.get(key) ?? { effects: new Set(), steps: [] };
        own.effects.add(hit.effect);
        own.steps.push(step);
        found.set(key, own);
      }
    }
  }
  return topology.links.flatMap(({ id: link }) =>
    (['a>b', 'b>a'] as const).flatMap((direction): readonly ReachedDirection[] => {
      const own = found.get(`${link} ${direction}`);
      if (own === undefined) return [];
      const effects = EFFECTS.filter((effect) => own.effects.has(effect));
      return [{ link, direction, effects, steps: namesOf(own.steps) }];
    }),
  );
}

function nodesActedIn(steps: readonly PlannedStep[], topology: Topology): readonly string[] {
  const all = steps.flatMap((step) => step.faults).flatMap(targetsOf);
  const names = new Set(
    all.flatMap(({ nodes = [], endpoints }) => [
      ...nodes,
      ...endpoints.map((endpoint) => endpoint.split(':')[0] ?? ''),
    ]),
  );
  return topology.nodes.map(({ name }) => name).filter((name) => names.has(name));
}
