import type { PlannedStep, WindowEdge } from './plan.ts';

/** Something about a step of a plan. */
export interface Timed {
  readonly step: PlannedStep;
}

/**
 * What is in force at once, at each moment at which that grows: the steps whose time is known and that are in force
 * then, and every step that only the run can time. In order of the plan.
 */
export function* moments<T extends Timed>(all: readonly T[]): Generator<readonly T[]> {
  const live = all.filter(({ step }) => step.starts !== undefined);
  if (live.length > 0) yield live;
  const spans = all
    .filter(({ step }) => step.starts === undefined)
    .flatMap((each) => each.step.active.map(({ fromNs, toNs }) => ({ each, fromNs, toNs })))
    .filter(({ fromNs, toNs }) => toNs > fromNs)
    .sort((a, b) => a.fromNs - b.fromNs);
  let inForce: typeof spans = [];
  for (const span of spans) {
    inForce = [...inForce.filter(({ toNs }) => toNs > span.fromNs), span];
    const now = new Set([...inForce.map(({ each }) => each), ...live]);
    yield all.filter((each) => now.has(each));
  }
}

/** The largest sets of these steps that may all be in force together. */
export function setsTogether<T extends Timed>(atOnce: readonly T[]): readonly (readonly T[])[] {
  const goes = (one: T, other: T): boolean => one !== other && mayOverlap(one.step, other.step);
  const found: T[][] = [];
  // Bron and Kerbosch, CACM 16 (1973), with a pivot: the maximal cliques of a graph
  const extend = (set: readonly T[], may: readonly T[], done: readonly T[]): void => {
    const pivot = may[0] ?? done[0];
    if (pivot === undefined) {
      found.push(atOnce.filter((each) => set.includes(each)));
      return;
    }
    let [rest, tried] = [may, done];
    for (const each of may.filter((other) => !goes(pivot, other))) {
      const near = (other: T): boolean => goes(each, other);
      extend([...set, each], rest.filter(near), tried.filter(near));
      rest = rest.filter((other) => other !== each);
      tried = [...tried, each];
    }
  };
  extend([], atOnce, []);
  return found;
}

/**
 * Of steps that only the run can time it is known when they follow each other, and little more: what might be in force
 * together is to go together. (Of two steps whose times are known the caller knows more.)
 */
function mayOverlap(step: PlannedStep, other: PlannedStep): boolean {
  return !follows(other, step) && !follows(step, other);
}

/** It starts at or after the end of the other. */
function follows(step: PlannedStep, before: PlannedStep): boolean {
  const from = anchorOf(step);
  if (from === undefined) return false;
  if (from.of === before.id && from.edge === 'end') return true;
  // a step lasts for so long at most, whatever else may end it
  const lengthNs = before.endNs - before.startNs;
  if (from.of === before.id) return from.offsetNs >= lengthNs;
  if (from.of === 'ready') return before.starts === undefined && from.offsetNs >= before.endNs;
  // repetitions of what is triggered count from the start of the first one
  const other = before.starts?.type === 'edge' ? anchorOf(before) : undefined;
  return (
    other?.of === from.of && other.edge === from.edge && from.offsetNs >= other.offsetNs + lengthNs
  );
}

/** It starts no earlier than this, and exactly then where it waits for no condition. */
function anchorOf({ starts, startNs }: PlannedStep): WindowEdge | undefined {
  const edge = starts?.type === 'when' ? starts.armed : starts;
  return edge && { of: edge.of, edge: edge.edge, offsetNs: edge.offsetNs + startNs };
}
