import { faultName } from '../fault/expand.ts';
import type { WireWant } from '../wire/want.ts';
import { refuseCombination } from '../wire/combination.ts';
import { moments, setsTogether, type Timed } from './in-force-together.ts';
import type { PlannedStep } from './plan.ts';
import type { PlanContext } from './plan-context.ts';

/** A step that could be refused: only what a fault wants of a wire's netem can be too much. */
interface Wanting extends Timed {
  readonly step: PlannedStep;
  readonly wants: readonly WireWant[];
}

/** Refuse faults that are in force at the same moment and don't go together, however few or many steps they are of. */
export function refuseCombinations(context: PlanContext, steps: readonly PlannedStep[]): void {
  const wanting: Wanting[] = steps
    .map((step) => ({ step, wants: wantsOf(context, step) }))
    .filter(({ wants }) => wants.length > 0);
  const said = new Set<string>();
  const seen = new Set<string>();
  for (const atOnce of moments(wanting)) {
    // a flap comes to the same moment again and again
    const key = atOnce.map(({ step }) => step.id).join('\0');
    if (seen.has(key)) continue;
    seen.add(key);
    for (const together of setsTogether(atOnce)) refuseAll(context, said, together);
  }
}

/** One message for each smallest part of these steps that is refused, until the rest goes together. */
function refuseAll(context: PlanContext, said: Set<string>, together: readonly Wanting[]): void {
  for (let rest = together; ;) {
    const part = smallestRefused(rest);
    const last = part.at(-1);
    if (last === undefined) return;
    say(context, said, part);
    rest = rest.filter((each) => each !== last);
  }
}

/** Steps of which none can be left out; empty: all go together. */
function smallestRefused(together: readonly Wanting[]): readonly Wanting[] {
  if (refusalOf(together) === undefined) return [];
  let part = together;
  for (const each of together.toReversed()) {
    const without = part.filter((other) => other !== each);
    if (refusalOf(without) !== undefined) part = without;
  }
  return part;
}

function refusalOf(together: readonly Wanting[]): string | undefined {
  return refuseCombination(together.flatMap(({ wants }) => wants))?.message;
}

function say(
  { problems, scenario }: PlanContext,
  said: Set<string>,
  part: readonly Wanting[],
): void {
  // repetitions of a step are one place in the file: one message
  const key = part.map(({ step }) => step.id.split('[')[0]).join(' ');
  const steps = part.map(({ step }) => step);
  const last = steps.at(-1);
  if (said.has(key) || last === undefined) return;
  said.add(key);
  const others = steps.slice(0, -1).map(({ id, position: { line, column } }) => {
    return `'${id}' (${scenario.file}:${String(line)}:${String(column)})`;
  });
  const which =
    others.length === 0
      ? `the faults of step '${last.id}'`
      : `steps ${others.join(', ')} and '${last.id}'`;
  const why = refusalOf(part) ?? '';
  problems.addAt(last.position, `${which} cannot be in force together: ${why}`);
}

function wantsOf({ kinds }: PlanContext, step: PlannedStep): readonly WireWant[] {
  return step.faults.flatMap((fault, index) => {
    const kind = kinds.faults[fault.kind];
    if (kind === undefined) return [];
    const name = faultName(step, index);
    // what a signal will name may be any of them
    const live = Object.values(fault.live?.choices ?? {}).flatMap(({ directions }) => directions);
    return [...fault.target.directions, ...live]
      .flatMap((direction) => kind.wants?.(fault.params, direction, name) ?? [])
      .filter((want) => want.kind === 'impair');
  });
}
