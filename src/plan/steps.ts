import type { PlannedFault } from '../fault/fault.ts';
import { formatQuantity } from '../scenario/units.ts';
import type { StepData } from '../scenario/schema-step.ts';
import type { YamlPath } from '../scenario/yaml.ts';
import { actOf, guardOf } from './acts-and-guards.ts';
import { refuseInAttached } from './attached.ts';
import { describeFault } from './describe-fault.ts';
import { faultsOfWindows } from './faults.ts';
import { activeOf } from './flap.ts';
import type { PlannedAct, PlannedStep } from './plan.ts';
import { isIn } from './plan-context.ts';
import type { PlanContext, WatchedContext } from './plan-context.ts';
import { timesOf } from './step-times.ts';

/** The steps that `only:` leaves in. */
export function stepsLeftIn(context: PlanContext): ReadonlyMap<number, StepData> {
  const steps = context.scenario.data.timeline ?? [];
  return new Map(
    [...steps.entries()].filter(([index, step]) =>
      isIn(context, ['timeline', index, 'only'], step.only),
    ),
  );
}

/** The timeline with everything resolved, in order of time. */
export function stepsOf(context: WatchedContext): readonly PlannedStep[] {
  const { scenario, kinds, topology } = context;
  const steps = timesOf(context, stepsLeftIn(context)).flatMap(({ index, data, windows }) => {
    const path = ['timeline', index];
    const faultsOf = faultsOfWindows(context, path, data);
    const act = actOf(context, path, data);
    const guard = guardOf(context, path, data);
    return windows.flatMap((window): PlannedStep[] => {
      const faults = faultsOf(window.id);
      const active = activeOf(context, path, data, window);
      if (active === undefined || isTooLong(context, path, faults, active)) return [];
      const position = scenario.document.positionOf([...path, 'id']);
      const each = faults.map((fault) => describeFault(fault, topology, kinds.faults));
      const describe = each.join('; ');
      if (act !== undefined)
        return [{ ...window, position, active: [], faults, act, describe: actText(act) }];
      const several = each.length > 1 && { describeEach: each };
      return [
        { ...window, position, active, faults, ...(guard && { guard }), describe, ...several },
      ];
    });
  });
  refuseInAttached(context, steps);
  return steps.sort(byStart);
}

function actText({ node, argv, rc }: PlannedAct): string {
  const expected = rc === 0 ? '' : `, expecting ${String(rc)}`;
  return `act as ${node}: ${argv.join(' ')}${expected}`;
}

/** Those whose start only the run knows come last, in the order in which they can come at the latest. */
function byStart(a: PlannedStep, b: PlannedStep): number {
  const [liveA, liveB] = [a.starts !== undefined, b.starts !== undefined];
  if (liveA !== liveB) return liveA ? 1 : -1;
  return (a.latest ?? a).startNs - (b.latest ?? b).startNs;
}

/** Does anything that the steps want need netem? */
export function needsNetem(context: PlanContext, steps: readonly PlannedStep[]): boolean {
  return steps.some((step) =>
    step.faults.some(
      (fault) => context.kinds.faults[fault.kind]?.needsNetem(fault.params) === true,
    ),
  );
}

/** Some faults must not last long by mistake, and some have an end. */
function isTooLong(
  { problems, kinds }: PlanContext,
  path: YamlPath,
  faults: readonly PlannedFault[],
  active: PlannedStep['active'],
): boolean {
  const lasts = Math.max(...active.map(({ fromNs, toNs }) => toNs - fromNs));
  const show = (value: number): string => formatQuantity({ dimension: 'duration', value });
  for (const { kind, params } of faults) {
    const longest = kinds.faults[kind]?.longest?.(params);
    if (longest === undefined || lasts <= longest.ns) continue;
    problems.add([...path, 'id'], `${kind} would be in force for ${show(lasts)}`, {
      expected: `at most ${show(longest.ns)}`,
      hint: longest.hint(show(lasts)),
    });
    return true;
  }
  return false;
}
