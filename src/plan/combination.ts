import { faultName } from '../fault/expand.ts';
import type { WireWant } from '../wire/want.ts';
import { refuseCombination } from '../wire/combination.ts';
import type { PlannedStep } from './plan.ts';
import type { PlanContext } from './plan-context.ts';

/** Refuse faults that are in force at the same time and don't go together: in one step, or in two that overlap. */
export function refuseCombinations(context: PlanContext, steps: readonly PlannedStep[]): void {
  const wants = steps.map((step) => wantsOf(context, step));
  const said = new Set<string>();
  // in order of time; those that only the run can time come last
  const firstLive = steps.findIndex(({ starts }) => starts !== undefined);
  steps.forEach((step, i) => {
    refuse(context, said, [step], wants[i] ?? []);
    for (let j = i + 1; j < steps.length; j++) {
      const other = steps[j];
      if (other?.starts === undefined && (other?.startNs ?? 0) >= step.endNs) {
        if (firstLive < 0 || step.starts !== undefined) break;
        j = Math.max(j, firstLive - 1);
        continue;
      }
      if (other === undefined || !mayOverlap(step, other)) continue;
      const live = step.starts !== undefined || other.starts !== undefined;
      if (live || overlap(step.active, other.active)) {
        refuse(context, said, [step, other], [...(wants[i] ?? []), ...(wants[j] ?? [])]);
      }
    }
  });
}

function refuse(
  { problems, scenario }: PlanContext,
  said: Set<string>,
  steps: readonly PlannedStep[],
  wants: readonly WireWant[],
): void {
  const refusal = refuseCombination(wants);
  if (refusal === undefined) return;
  const [first, second = first] = steps;
  if (first === undefined || second === undefined) return;
  // repetitions of a step are one place in the file: one message
  const key = [first, second].map(({ id }) => id.split('[')[0]).join(' ');
  if (said.has(key) || said.has(first.id) || said.has(second.id)) return;
  said.add(first === second ? first.id : key);
  const { line, column } = first.position;
  const where = `${scenario.file}:${String(line)}:${String(column)}`;
  const pair =
    first === second
      ? `the faults of step '${first.id}'`
      : `steps '${first.id}' (${where}) and '${second.id}'`;
  problems.addAt(second.position, `${pair} cannot be in force together: ${refusal.message}`);
}

function wantsOf({ kinds }: PlanContext, step: PlannedStep): readonly WireWant[] {
  return step.faults.flatMap((fault, index) => {
    const kind = kinds.faults[fault.kind];
    if (kind === undefined) return [];
    const name = faultName(step, index);
    // what a signal will name may be any of them
    const live = Object.values(fault.live?.choices ?? {}).flatMap(({ directions }) => directions);
    return [...fault.target.directions, ...live].flatMap(
      (direction) => kind.wants?.(fault.params, direction, name) ?? [],
    );
  });
}

/**
 * Of steps that only the run can time it is known when they follow each other, and little more: what might be in force
 * together is to go together.
 */
function mayOverlap(step: PlannedStep, other: PlannedStep): boolean {
  if (follows(other, step) || follows(step, other)) return false;
  if (step.starts !== undefined || other.starts !== undefined) return true;
  return other.startNs < step.endNs;
}

/** It starts at or after the end of the other. */
function follows({ starts }: PlannedStep, before: PlannedStep): boolean {
  const edge = starts?.type === 'when' ? starts.armed : starts;
  if (edge === undefined) return false;
  if (edge.of === before.id && edge.edge === 'end') return true;
  const inFrame = edge.of === before.id && before.ends === undefined;
  if (inFrame) return edge.offsetNs >= before.endNs - before.startNs;
  return edge.of === 'ready' && before.starts === undefined && edge.offsetNs >= before.endNs;
}

/** Two lists of intervals, each in order. */
function overlap(a: PlannedStep['active'], b: PlannedStep['active']): boolean {
  let [i, j] = [0, 0];
  for (;;) {
    const [x, y] = [a[i], b[j]];
    if (x === undefined || y === undefined) return false;
    if (x.fromNs < y.toNs && y.fromNs < x.toNs) return true;
    if (x.toNs <= y.toNs) i += 1;
    else j += 1;
  }
}
