import type { RunEvent } from '../run/events.ts';
import type { RunFile } from '../run/run-file.ts';
import { signalsOf } from '../scenario/expression/evaluate.ts';
import type { RunTimes } from './run-times.ts';
import type { CheckResult } from './result.ts';
import { durationText, listText } from './words.ts';
import { conditionText } from './conditions-text.ts';

/** What must hold at the end, as a check named `settled`. Unmet is a fail; a run that did not get there says nothing. */
export function judgeSettled(
  run: RunFile,
  events: readonly RunEvent[],
  times: RunTimes,
): CheckResult | null {
  const { settled, recovery } = run.plan;
  if (settled.length === 0) return null;
  const base = {
    name: 'settled',
    form: 'settled',
    expected: `at the end: ${listText(settled.map((condition) => condition.text))}`,
    margin: null,
    known: null,
    unknownNs: 0,
    budget: [],
    signals: [...new Set(settled.flatMap((condition) => signalsOf(condition.expression)))],
  } as const;
  const judged = events.findLast((event) => event.type === 'settled');
  if (judged?.type !== 'settled') {
    return {
      ...base,
      outcome: 'inconclusive',
      observed: 'not known',
      notes: [
        times.ready
          ? `the run ended (${times.reason}) before it was judged`
          : 'the lab never became ready',
      ],
      window: null,
      violations: [],
    };
  }
  const window = { fromNs: judged.t, toNs: judged.t };
  if (judged.holds) {
    return {
      ...base,
      outcome: 'pass',
      observed: heldText(times),
      notes: [],
      window,
      violations: [],
    };
  }
  const unmet = judged.conditions.filter((condition) => condition.value !== true);
  const unknown = unmet.every((condition) => condition.value === null);
  const fromNs = times.recoveryFromNs ?? judged.t;
  const limit =
    recovery.type === 'until' && times.recoveredSinceNs === null
      ? [`it did not recover within ${durationText(recovery.atMostNs)}`]
      : [];
  return {
    ...base,
    outcome: unknown ? 'inconclusive' : 'fail',
    observed: unmet.map(conditionText).join('; '),
    notes: limit,
    window,
    violations: unknown ? [] : [{ fromNs, toNs: judged.t }],
  };
}

function heldText({ recoveredSinceNs, recoveryFromNs }: RunTimes): string {
  if (recoveredSinceNs === null || recoveryFromNs === null) return 'all of it holds';
  const afterNs = Math.max(0, recoveredSinceNs - recoveryFromNs);
  return `all of it holds, since ${durationText(afterNs)} after the last step`;
}
