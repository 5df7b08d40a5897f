import type { ConditionState } from '../run/events.ts';

/** 'gw.masters == 1 is false (gw.masters = 2)': a condition that does not hold, with what it reads */
export function conditionText(condition: ConditionState): string {
  const signals = Object.entries(condition.signals).map(
    ([path, value]) => `${path} = ${value === null ? 'not known' : String(value)}`,
  );
  const state = condition.value === null ? 'not known' : String(condition.value);
  const what = signals.length === 0 ? '' : ` (${signals.join(', ')})`;
  return `${condition.text} is ${state}${what}`;
}
