import type { StepData } from '../scenario/schema-step.ts';
import type { YamlPath } from '../scenario/yaml.ts';
import { conditionsOf } from './live-times.ts';
import type { PlannedAct, PlannedGuard } from './plan.ts';
import { lengthAt } from './plan-context.ts';
import type { WatchedContext } from './plan-context.ts';

/** Where an act does not say how long its command may take. */
export const ACT_WITHIN_NS = 60e9;

/** `act: {argv, as, rc, within}`; undefined: none, or a problem */
export function actOf(
  context: WatchedContext,
  path: YamlPath,
  { act }: StepData,
): PlannedAct | undefined {
  if (act === undefined) return undefined;
  const at = [...path, 'act'];
  const withinNs = lengthAt(context, [...at, 'within'], act.within, {
    fallbackNs: ACT_WITHIN_NS,
    positive: true,
  });
  const node = context.topology.nodes.find(({ name }) => name === act.as)?.name;
  if (node === undefined) {
    const names = context.topology.nodes.map(({ name }) => name);
    context.problems.add([...at, 'as'], `there is no node '${act.as}' in the lab`, {
      expected: names.length <= 16 ? `one of ${names.join(', ')}` : undefined,
    });
  }
  if (withinNs === undefined || node === undefined) return undefined;
  return { node, argv: act.argv, rc: act.rc ?? 0, withinNs };
}

/** `guard: {name, when, for, then}`; undefined: none, or a problem */
export function guardOf(
  context: WatchedContext,
  path: YamlPath,
  { id, guard }: StepData,
): PlannedGuard | undefined {
  if (guard === undefined) return undefined;
  const at = [...path, 'guard'];
  const conditions = conditionsOf(context, [...at, 'when'], guard.when);
  const holdNs = lengthAt(context, [...at, 'for'], guard.for, { fallbackNs: 0 });
  if (conditions === undefined || holdNs === undefined) return undefined;
  return { name: guard.name ?? id, conditions, holdNs, then: guard.then };
}
