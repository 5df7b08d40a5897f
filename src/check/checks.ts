import { messageOf } from '../errors.ts';
import { edgeText } from '../plan/edge-text.ts';
import type { PlannedBudget, PlannedCheck } from '../plan/plan.ts';
import { signalsOf } from '../scenario/expression/evaluate.ts';
import { judgeAlways } from './always.ts';
import { cannotSay, type CheckContext, type Finding } from './check-context.ts';
import { judgeEventually } from './eventually.ts';
import type { CheckResult } from './result.ts';
import { judgeThat } from './that-at.ts';
import { durationText, listText } from './words.ts';

/** Judges one expectation. A check that crashes is inconclusive, with its error: never a pass, never another's end. */
export function judgeCheck(check: PlannedCheck, context: CheckContext): CheckResult {
  const finding = judgeSafely(check, context);
  const known = check.known;
  const notes = [...finding.notes];
  if (known !== null && finding.outcome === 'fail') notes.push(`known: ${known}`);
  if (known !== null && finding.outcome === 'pass') {
    notes.push(`this passes now, although it is marked known ("${known}"): take the mark away`);
  }
  return {
    name: check.name,
    form: check.form,
    ...finding,
    outcome: known !== null && finding.outcome === 'fail' ? 'known' : finding.outcome,
    expected: expectedText(check),
    notes,
    known,
    signals: signalsOf(check.expression),
  };
}

function judgeSafely(check: PlannedCheck, context: CheckContext): Finding {
  try {
    return judge(check, context);
  } catch (error) {
    const message = messageOf(error);
    return cannotSay(`the check itself broke: ${message}`);
  }
}

function judge(check: PlannedCheck, context: CheckContext): Finding {
  switch (check.form) {
    case 'always':
    case 'never':
      return judgeAlways(check, context);
    case 'eventually':
      return judgeEventually(check, context);
    case 'that':
      return judgeThat(check, context);
    default:
      return check satisfies never;
  }
}

/** 'always gw.masters <= 1 during bursts + 10s; longest 4 s, total 20 s, 5 episodes' */
function expectedText(check: PlannedCheck): string {
  switch (check.form) {
    case 'always':
      return `always ${check.text} during ${check.during.text}${budgetText(check.budget)}`;
    case 'never':
      return `never ${check.text} during ${check.during.text}`;
    case 'eventually': {
      const hold = check.holdNs > 0 ? `, for ${durationText(check.holdNs)}` : '';
      const within = durationText(check.withinNs);
      return `eventually ${check.text} within ${within} of ${edgeText(check.of, durationText)}${hold}`;
    }
    case 'that':
      return `${check.text} at ${edgeText(check.at, durationText)}`;
    default:
      return check satisfies never;
  }
}

function budgetText({ longestNs, totalNs, episodes }: PlannedBudget): string {
  const parts: string[] = [];
  if (longestNs !== undefined) parts.push(`${durationText(longestNs)} at a time`);
  if (totalNs !== undefined) parts.push(`${durationText(totalNs)} in all`);
  if (episodes !== undefined) parts.push(`${String(episodes)} times`);
  return parts.length === 0 ? '' : `, but for at most ${listText(parts)}`;
}
