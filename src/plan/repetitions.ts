import { foldParams } from '../scenario/expression/check.ts';
import { ExpressionError } from '../scenario/expression/expression-error.ts';
import { parseExpression } from '../scenario/expression/parse.ts';
import type { Params } from '../scenario/params.ts';
import type { StepData } from '../scenario/schema-step.ts';
import type { YamlPath } from '../scenario/yaml.ts';
import { lengthAt } from './plan-context.ts';
import type { PlanContext } from './plan-context.ts';
import type { StepWindow } from './timed-step.ts';

const MAX_REPETITIONS = 10_000;

/** `times: 5, every: 30s`: windows `cut[1]` to `cut[5]`; without it the one window. */
export function repetitionsOf(
  context: PlanContext,
  path: YamlPath,
  { id, times, every }: StepData,
  first: StepWindow,
): readonly StepWindow[] {
  if (times === undefined || every === undefined) return [first];
  const { problems, params } = context;
  const everyNs = lengthAt(context, [...path, 'every'], every, { positive: true });
  const n = problems.attempt([...path, 'times'], () => countOf(times, params));
  if (n === undefined || everyNs === undefined) return [];
  if (everyNs < first.endNs - first.startNs) {
    problems.add([...path, 'every'], `step '${id}' would begin again before it has ended`);
    return [];
  }
  return Array.from({ length: n }, (_, i) => repetition(first, i, i * everyNs));
}

/** A trigger fires once: the second and later windows count from the start of the first. */
function repetition(first: StepWindow, index: number, byNs: number): StepWindow {
  const { latest, starts } = first;
  const { id } = first;
  return {
    ...first,
    id: `${id}[${String(index + 1)}]`,
    ...(starts !== undefined &&
      index > 0 && {
        starts: { type: 'edge', of: `${id}[1]`, edge: 'start', offsetNs: 0 } as const,
      }),
    ...(latest && { latest: { startNs: latest.startNs + byNs, endNs: latest.endNs + byNs } }),
    startNs: first.startNs + byNs,
    endNs: first.endNs + byNs,
  };
}

/** The names of the windows of a repeated step. */
export function repetitionNames({ id, times }: StepData, params: Params): readonly string[] {
  if (times === undefined) return [];
  try {
    return Array.from({ length: countOf(times, params) }, (_, i) => `${id}[${String(i + 1)}]`);
  } catch (error) {
    // said where that step itself is timed
    if (error instanceof ExpressionError) return [];
    throw error;
  }
}

/** @throws ExpressionError */
function countOf(times: string, params: Params): number {
  const count = foldParams(parseExpression(times), params);
  const n = typeof count === 'object' && count.dimension === 'count' ? count.value : NaN;
  if (Number.isInteger(n) && n >= 1 && n <= MAX_REPETITIONS) return n;
  throw new ExpressionError(0, `'${times}' is not how often something is done`, {
    expected: `a whole number from 1 to ${String(MAX_REPETITIONS)}`,
  });
}
