import type { StepData, UntilData } from '../scenario/schema-step.ts';
import type { YamlPath } from '../scenario/yaml.ts';
import { conditionAt } from './conditions.ts';
import type { PlannedCondition, PlannedEnd, PlannedStart } from './plan.ts';
import { lengthAt } from './plan-context.ts';
import type { WatchedContext } from './plan-context.ts';
import type { Moment } from './timed-step.ts';

/** The moment that is written at a path, where a bare step means its end. */
export type MomentReader = (path: YamlPath, text: string) => Moment | undefined;

/** Where `when` does not say how long it waits. */
const WHEN_AT_MOST_NS = 120e9;

/** `when: {that, hold, after, at-most}` */
export function startsWhen(
  context: WatchedContext,
  path: YamlPath,
  { when }: StepData,
  readMoment: MomentReader,
): PlannedStart | undefined {
  if (when === undefined) return undefined;
  const at = [...path, 'when'];
  const conditions = conditionsOf(context, [...at, 'that'], when.that);
  const holdNs = lengthAt(context, [...at, 'hold'], when.hold, { fallbackNs: 0 });
  const atMostNs = lengthAt(context, [...at, 'at-most'], when['at-most'], {
    fallbackNs: WHEN_AT_MOST_NS,
    positive: true,
  });
  const armed = when.after === undefined ? 0 : readMoment([...at, 'after'], when.after);
  if (conditions === undefined || holdNs === undefined) return undefined;
  if (atMostNs === undefined || armed === undefined) return undefined;
  if (holdNs > atMostNs) {
    const key = when.hold === undefined ? 'at-most' : 'hold';
    context.problems.add([...at, key], 'it has to hold for longer than there is time');
    return undefined;
  }
  return {
    type: 'when',
    conditions,
    holdNs,
    armed: typeof armed === 'object' ? armed : { of: 'ready', edge: 'start', offsetNs: armed },
    atMostNs,
  };
}

/** `until: {that, hold, at-most}` */
export function endsBy(
  context: WatchedContext,
  path: YamlPath,
  until: UntilData,
): { readonly lengthNs: number; readonly ends: PlannedEnd } | undefined {
  const at = [...path, 'until'];
  const conditions = conditionsOf(context, [...at, 'that'], until.that);
  const holdNs = lengthAt(context, [...at, 'hold'], until.hold, { fallbackNs: 0 });
  const lengthNs = lengthAt(context, [...at, 'at-most'], until['at-most'], { positive: true });
  if (conditions === undefined || holdNs === undefined || lengthNs === undefined) return undefined;
  if (holdNs > lengthNs) {
    const key = until.hold === undefined ? 'at-most' : 'hold';
    context.problems.add([...at, key], 'it has to hold for longer than there is time');
    return undefined;
  }
  return { lengthNs, ends: { type: 'condition', conditions, holdNs } };
}

/** undefined: a problem */
export function conditionsOf(
  context: WatchedContext,
  path: YamlPath,
  texts: readonly string[],
): readonly PlannedCondition[] | undefined {
  const isList = context.scenario.document.has([...path, 0]);
  const found = texts.map((text, index) =>
    conditionAt(context, isList ? [...path, index] : path, text),
  );
  const conditions = found.filter((condition) => condition !== undefined);
  return conditions.length === found.length ? conditions : undefined;
}
