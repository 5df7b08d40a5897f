import { checkExpression, foldParams } from '../scenario/expression/check.ts';
import type { Expression } from '../scenario/expression/ast.ts';
import { nameOfType } from '../scenario/expression/dimensions.ts';
import { parseExpression } from '../scenario/expression/parse.ts';
import { expectForms, measureForms } from '../scenario/schema-check.ts';
import type { ExpectData, MeasureData } from '../scenario/schema-check.ts';
import type { YamlPath } from '../scenario/yaml.ts';
import { conditionAt } from './conditions.ts';
import type { MeasureForm, PlannedBudget, PlannedCheck, PlannedMeasure } from './plan.ts';
import { isIn, lengthAt } from './plan-context.ts';
import type { WatchedContext } from './plan-context.ts';
import type { NamedWindow, Windows } from './windows.ts';

/** `measure:`, one figure a window. */
export function measuresOf(context: WatchedContext, windows: Windows): readonly PlannedMeasure[] {
  return Object.entries(context.scenario.data.measure ?? {}).flatMap(([name, measure]) => {
    const path = ['measure', name];
    const form = measureForms.find((key) => measure[key] !== undefined);
    if (form === undefined || !isIn(context, [...path, 'only'], measure.only)) return [];
    const text = measure[form] ?? '';
    const expression = measured(context, [...path, form], form, text);
    const position = context.scenario.document.positionOf(path, 'key');
    const found = measureWindows(path, measure, windows);
    if (expression === undefined) return [];
    return found.map(({ window, step }) => ({
      name: nameOf(name, step),
      form,
      text,
      expression,
      window,
      position,
    }));
  });
}

function measureWindows(
  path: YamlPath,
  measure: MeasureData,
  windows: Windows,
): readonly NamedWindow[] {
  if (measure.at === undefined) return windows.during([...path, 'during'], measure.during ?? 'run');
  const edge = windows.moment([...path, 'at'], measure.at);
  return edge === undefined
    ? []
    : [{ step: null, window: { text: measure.at, from: edge, to: edge } }];
}

/** time and longest measure a condition, count either, a value anything, the others figures. */
function measured(
  context: WatchedContext,
  path: YamlPath,
  form: MeasureForm,
  text: string,
): Expression | undefined {
  if (form === 'time' || form === 'longest') return conditionAt(context, path, text)?.expression;
  const typed = context.problems.attempt(path, () =>
    checkExpression(parseExpression(text), context),
  );
  if (typed === undefined || form === 'count' || form === 'value') return typed?.expression;
  if (typed.type === 'boolean' || typed.type === 'state') {
    context.problems.add(path, `'${form}' needs a figure, and this is ${nameOfType(typed.type)}`);
    return undefined;
  }
  return typed.expression;
}

/** `expect:`, one check a window. */
export function checksOf(context: WatchedContext, windows: Windows): readonly PlannedCheck[] {
  const checks = (context.scenario.data.expect ?? []).flatMap((expect, index) => {
    const path = ['expect', index];
    const form = expectForms.find((key) => expect[key] !== undefined);
    if (form === undefined || !isIn(context, [...path, 'only'], expect.only)) return [];
    return checkOf(context, windows, path, form, expect);
  });
  const names = new Set<string>();
  return checks.map((check) => {
    let { name } = check;
    for (let n = 2; names.has(name); n++) name = `${check.name} (${String(n)})`;
    names.add(name);
    return { ...check, name };
  });
}

type ExpectForm = (typeof expectForms)[number];

function checkOf(
  context: WatchedContext,
  windows: Windows,
  path: YamlPath,
  form: ExpectForm,
  expect: ExpectData,
): readonly PlannedCheck[] {
  const condition = conditionAt(context, [...path, form], expect[form] ?? '');
  const position = context.scenario.document.positionOf(path);
  const base = (
    step: string | null,
  ): Omit<PlannedCheck, 'form' | 'during' | 'budget' | 'of' | 'at' | 'withinNs' | 'holdNs'> => ({
    name: nameOf(expect.name ?? `${form} ${condition?.text ?? ''}`, step),
    text: condition?.text ?? '',
    expression: condition?.expression ?? { type: 'boolean', value: false, offset: 0, length: 0 },
    known: expect.known ?? null,
    position,
  });
  switch (form) {
    case 'always': {
      const budget = budgetOf(context, [...path, 'budget'], expect);
      const during = windows.during([...path, 'during'], expect.during ?? 'run');
      return during.map(({ window, step }) => ({ ...base(step), form, during: window, budget }));
    }
    case 'never': {
      const during = windows.during([...path, 'during'], expect.during ?? 'run');
      return during.map(({ window, step }) => ({ ...base(step), form, during: window }));
    }
    case 'eventually': {
      const of = windows.moment([...path, 'of'], expect.of ?? '');
      const withinNs = lengthAt(context, [...path, 'within'], expect.within, { positive: true });
      const holdNs = lengthAt(context, [...path, 'hold'], expect.hold, { fallbackNs: 0 });
      if (of === undefined || withinNs === undefined || holdNs === undefined) return [];
      return [{ ...base(null), form, of, withinNs, holdNs }];
    }
    case 'that': {
      const at = windows.moment([...path, 'at'], expect.at ?? '');
      return at === undefined ? [] : [{ ...base(null), form, at }];
    }
    default:
      return form satisfies never;
  }
}

function budgetOf(context: WatchedContext, path: YamlPath, { budget }: ExpectData): PlannedBudget {
  if (budget === undefined) return {};
  const { problems, params } = context;
  const longestNs = lengthAt(context, [...path, 'longest'], budget.longest);
  const totalNs = lengthAt(context, [...path, 'total'], budget.total);
  const { episodes } = budget;
  const count =
    episodes === undefined
      ? undefined
      : problems.attempt([...path, 'episodes'], () =>
          foldParams(parseExpression(episodes), params),
        );
  const isCount =
    typeof count === 'object' && count.dimension === 'count' && Number.isInteger(count.value);
  if (count !== undefined && !isCount) {
    problems.add([...path, 'episodes'], `'${episodes ?? ''}' is no number of episodes`, {
      expected: 'a whole number such as 5',
    });
  }
  return {
    ...(longestNs === undefined ? {} : { longestNs }),
    ...(totalNs === undefined ? {} : { totalNs }),
    ...(isCount ? { episodes: count.value } : {}),
  };
}

function nameOf(name: string, step: string | null): string {
  return step === null ? name : `${name}[${step}]`;
}
