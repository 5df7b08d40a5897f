import { checkExpressionAs } from '../scenario/expression/check.ts';
import { parseExpression } from '../scenario/expression/parse.ts';
import type { YamlPath } from '../scenario/yaml.ts';
import type { PlannedCondition, PlannedReady, PlannedRecovery } from './plan.ts';
import { lengthAt } from './plan-context.ts';
import type { WatchedContext } from './plan-context.ts';

const S = 1_000_000_000;
/** Where the file says nothing: time for daemons to come up and to agree. */
const READY_WITHIN_NS = 120 * S;
const READY_HOLD_NS = 5 * S;
const RECOVERY_AT_MOST_NS = 120 * S;
/** With nothing to wait for, as long as it takes to see what the last fault left behind. */
const RECOVERY_NS = 10 * S;

/** The condition at `path`: it parses, its names exist, its units fit; undefined: a problem. */
export function conditionAt(
  { problems, signals, params }: WatchedContext,
  path: YamlPath,
  text: string,
): PlannedCondition | undefined {
  return problems.attempt(path, () => ({
    text,
    expression: checkExpressionAs(parseExpression(text), { signals, params }, 'boolean'),
  }));
}

/** `ready: {within, hold, that}`; without it the lab is ready when it is up. */
export function readyOf(context: WatchedContext): PlannedReady {
  const { ready } = context.scenario.data;
  if (ready === undefined) return { withinNs: READY_WITHIN_NS, holdNs: 0, that: [] };
  return {
    withinNs:
      lengthAt(context, ['ready', 'within'], ready.within, {
        fallbackNs: READY_WITHIN_NS,
        positive: true,
      }) ?? 0,
    holdNs: lengthAt(context, ['ready', 'hold'], ready.hold, { fallbackNs: READY_HOLD_NS }) ?? 0,
    that: conditionsAt(context, ['ready', 'that'], ready.that, []),
  };
}

/** What must hold at the end; by default what `ready` asks for. */
export function settledOf(
  context: WatchedContext,
  ready: PlannedReady,
): readonly PlannedCondition[] {
  const { settled } = context.scenario.data;
  return settled === undefined
    ? ready.that
    : conditionsAt(context, ['settled'], settled, ready.that);
}

/** `recovery: 60s`, or `{until: ready, at-most: 90s}` */
export function recoveryOf(context: WatchedContext, ready: PlannedReady): PlannedRecovery {
  const { recovery } = context.scenario.data;
  if (recovery === undefined) {
    if (ready.that.length === 0) return { type: 'time', forNs: RECOVERY_NS };
    const { that: conditions, holdNs } = ready;
    return { type: 'until', conditions, holdNs, atMostNs: RECOVERY_AT_MOST_NS };
  }
  if (typeof recovery === 'string') {
    return { type: 'time', forNs: lengthAt(context, ['recovery'], recovery) ?? 0 };
  }
  const conditions = conditionsAt(context, ['recovery', 'until'], recovery.until, ready.that);
  if (conditions.length === 0 && recovery.until.includes('ready')) {
    context.problems.add(['recovery', 'until'], "there is no 'ready' to wait for", {
      expected: 'a condition, or a section ready',
    });
  }
  const atMostNs =
    lengthAt(context, ['recovery', 'at-most'], recovery['at-most'], { positive: true }) ?? 0;
  const holdNs =
    lengthAt(context, ['recovery', 'hold'], recovery.hold, { fallbackNs: ready.holdNs }) ?? 0;
  if (holdNs > atMostNs && atMostNs > 0) {
    const key = recovery.hold === undefined ? 'at-most' : 'hold';
    context.problems.add(['recovery', key], 'it has to hold for longer than there is time');
  }
  return { type: 'until', conditions, holdNs, atMostNs };
}

/** Conditions as written; the word `ready` stands for those of `ready`. */
function conditionsAt(
  context: WatchedContext,
  path: YamlPath,
  texts: readonly string[],
  ready: readonly PlannedCondition[],
): readonly PlannedCondition[] {
  const isList = context.scenario.document.has([...path, 0]);
  return texts.flatMap((text, index) => {
    if (text.trim() === 'ready' && path[0] !== 'ready') return ready;
    return conditionAt(context, isList ? [...path, index] : path, text) ?? [];
  });
}
