import type { PlannedCheck } from '../plan/plan.ts';
import { signalsOf } from '../scenario/expression/evaluate.ts';
import { everKnown, type SignalHistories } from './signal-history.ts';
import type { CheckResult } from './result.ts';
import type { RunTimes } from './run-times.ts';
import { durationText, listText } from './words.ts';
import type { Span } from './truth.ts';

/** What every check and measure is evaluated from. */
export interface CheckContext {
  readonly histories: SignalHistories;
  readonly times: RunTimes;
}

/** A check's findings before `known:` is applied. */
export type Finding = Pick<
  CheckResult,
  'outcome' | 'observed' | 'margin' | 'notes' | 'window' | 'violations' | 'unknownNs' | 'budget'
>;

/** It cannot be said. `why` is what a person needs to know. */
export function cannotSay(why: string, window: Span | null = null): Finding {
  return {
    outcome: 'inconclusive',
    observed: 'not known',
    margin: null,
    notes: [why],
    window,
    violations: [],
    unknownNs: 0,
    budget: [],
  };
}

/** Why an expression cannot be judged at all in a window; undefined if every signal in it was known some time. */
export function whyNeverKnown(
  expression: PlannedCheck['expression'],
  context: CheckContext,
  span: Span,
): string | undefined {
  const never = signalsOf(expression).filter(
    (path) => !everKnown(context.histories.get(path), span.fromNs, span.toNs),
  );
  if (never.length === 0) return undefined;
  return `${listText(never)} ${never.length === 1 ? 'was' : 'were'} never known in this window`;
}

/** Says what part of a window was not watched. */
export function unwatchedNote(span: Span, context: CheckContext): string {
  const { endNs, reason } = context.times;
  if (span.toNs <= endNs) return '';
  const why = reason === 'completed' ? 'the run was over' : `the run ended (${reason})`;
  if (span.toNs === Infinity) return `${why} before the window was`;
  return `${why} ${durationText(span.toNs - endNs)} before the end of the window`;
}
