import type { PlannedCheck } from '../plan/plan.ts';
import { signalsOf } from '../scenario/expression/evaluate.ts';
import { cannotSay, type CheckContext, type Finding } from './check-context.ts';
import { valueAt } from './signal-history.ts';
import { expressionAt, resolutionOf, stretchesOf } from './truth.ts';
import { resolveEdge } from './windows.ts';
import { durationText, listText } from './words.ts';

type ThatAt = Extract<PlannedCheck, { form: 'that' }>;

/** `that: EXPR` at one moment. A change within the resolution of the moment leaves it open on which side it was. */
export function judgeThat(check: ThatAt, context: CheckContext): Finding {
  const edge = resolveEdge(check.at, context.times);
  if (!edge.found) return cannotSay(edge.why);
  const { histories, times } = context;
  const atNs = edge.atNs;
  if (atNs > times.endNs) return cannotSay('the run was over before this moment');
  const value = expressionAt(check.expression, histories, atNs);
  const read = signalsOf(check.expression);
  const window = { fromNs: atNs, toNs: atNs };
  if (value === null) {
    const missing = read.filter((path) => valueAt(histories.get(path), atNs) === null);
    return cannotSay(`${listText(missing)} not known at this moment`, window);
  }
  const resolutionNs = resolutionOf(check.expression, histories);
  const near = { fromNs: atNs - resolutionNs, toNs: atNs + resolutionNs, endNs: times.endNs };
  const around = stretchesOf(check.expression, histories, near);
  const steady = around.every((stretch) => stretch.value === value || stretch.value === null);
  const values = read.map((path) => `${path} = ${String(valueAt(histories.get(path), atNs))}`);
  return {
    outcome: steady ? (value === true ? 'pass' : 'fail') : 'inconclusive',
    observed: values.join(', '),
    margin: null,
    notes: steady
      ? []
      : [`it changed within ${durationText(resolutionNs)} of this moment, the resolution`],
    window,
    violations: steady && value !== true ? [window] : [],
    unknownNs: 0,
    budget: [],
  };
}
