import type { PlannedBudget, PlannedCheck } from '../plan/plan.ts';
import {
  cannotSay,
  unwatchedNote,
  whyNeverKnown,
  type CheckContext,
  type Finding,
} from './check-context.ts';
import type { BudgetUse, Margin } from './result.ts';
import { longestNs, resolutionOf, spansWhere, stretchesOf, totalNs, type Span } from './truth.ts';
import { resolveWindow } from './windows.ts';
import { countText, durationText } from './words.ts';

type Always = Extract<PlannedCheck, { form: 'always' | 'never' }>;

interface Judged {
  readonly use: BudgetUse;
  readonly verdict: 'pass' | 'fail' | 'inconclusive';
  readonly note?: string;
}

/**
 * `always: EXPR` (with what may be spent of being false) and `never: EXPR`. What is not known may have been either:
 * the check passes only if it would pass at the worst, and fails only if it would fail at the best.
 */
export function judgeAlways(check: Always, context: CheckContext): Finding {
  const window = resolveWindow(check.during, context.times);
  if (!window.found) return cannotSay(window.why);
  const span = { fromNs: window.fromNs, toNs: window.toNs };
  const shown = { fromNs: span.fromNs, toNs: Math.min(span.toNs, context.times.endNs) };
  const unknown = whyNeverKnown(check.expression, context, shown);
  if (unknown !== undefined) return cannotSay(unknown, shown);

  const bad = check.form === 'never';
  const { endNs } = context.times;
  const stretches = stretchesOf(check.expression, context.histories, { ...span, endNs });
  const violations = spansWhere(stretches, (value) => value === bad);
  const resolutionNs = resolutionOf(check.expression, context.histories);
  const atWorst = spansWhere(stretches, (value) => value === bad || value === null);
  const unknownNs = totalNs(spansWhere(stretches, (value) => value === null));
  const budget = check.form === 'always' ? check.budget : {};
  const spent: Spent = { violations, atWorst, window: shown, resolutionNs, unknownNs };
  const judged = hasBudget(budget) ? judgeBudget(budget, spent) : [judgeNone(spent)];
  const notes = judged.flatMap(({ note }) => (note === undefined ? [] : [note]));
  const unwatched = unwatchedNote(span, context);
  if (unwatched !== '') notes.push(unwatched);
  return {
    outcome: worstOf(judged.map(({ verdict }) => verdict)),
    observed: observedText(check, violations),
    margin: hasBudget(budget) ? narrowest(judged.map(({ use }) => use)) : null,
    notes,
    window: shown,
    violations,
    unknownNs: Number.isFinite(unknownNs) ? unknownNs : 0,
    budget: judged.map(({ use }) => use),
  };
}

interface Spent {
  readonly violations: readonly Span[];
  /** with everything that is not known counted as violated */
  readonly atWorst: readonly Span[];
  readonly window: Span;
  readonly resolutionNs: number;
  readonly unknownNs: number;
}

function hasBudget(budget: PlannedBudget): boolean {
  return Object.values(budget).some((allowed) => allowed !== undefined);
}

/** No budget: any violation is one too many, unless it may as well lie outside the window. */
function judgeNone(spent: Spent): Judged {
  const { violations, window, resolutionNs, unknownNs } = spent;
  const use: BudgetUse = {
    of: 'total',
    unit: 'ns',
    observed: totalNs(violations),
    allowed: 0,
    resolution: resolutionNs,
  };
  const certain = violations.filter(
    (v) => v.toNs - window.fromNs >= resolutionNs && window.toNs - v.fromNs >= resolutionNs,
  );
  if (certain.length > 0) return { use, verdict: 'fail' };
  if (violations.length > 0) {
    const note = `seen only within ${durationText(resolutionNs)} of the window's edge, the resolution of the signal`;
    return { use, verdict: 'inconclusive', note };
  }
  if (unknownNs > resolutionNs) return { use, verdict: 'inconclusive', note: unknownNote(spent) };
  return { use, verdict: 'pass' };
}

function judgeBudget(budget: PlannedBudget, spent: Spent): readonly Judged[] {
  const { violations, atWorst, resolutionNs } = spent;
  const judged: Judged[] = [];
  if (budget.longestNs !== undefined) {
    const best = longestNs(violations);
    const use: BudgetUse = {
      of: 'longest',
      unit: 'ns',
      observed: best,
      allowed: budget.longestNs,
      resolution: resolutionNs,
    };
    judged.push(judgeUse(use, longestNs(atWorst), spent));
  }
  if (budget.totalNs !== undefined) {
    // the errors of the episodes are independent of each other
    const resolution = resolutionNs * Math.sqrt(Math.max(1, violations.length));
    const use: BudgetUse = {
      of: 'total',
      unit: 'ns',
      observed: totalNs(violations),
      allowed: budget.totalNs,
      resolution,
    };
    judged.push(judgeUse(use, totalNs(atWorst), spent));
  }
  if (budget.episodes !== undefined) {
    const use: BudgetUse = {
      of: 'episodes',
      unit: 'episodes',
      observed: violations.length,
      allowed: budget.episodes,
      resolution: 0,
    };
    const unknownSpans = spent.unknownNs > resolutionNs ? atWorst.length + 1 : violations.length;
    judged.push(judgeUse(use, Math.max(unknownSpans, violations.length), spent));
  }
  return judged;
}

/** `worst`: the same figure with everything that is not known counted as violated. */
function judgeUse(use: BudgetUse, worst: number, spent: Spent): Judged {
  const observed = use.observed ?? 0;
  const margin = use.allowed - observed;
  const close = observed > 0 && Math.abs(margin) < use.resolution;
  if (close) {
    const note = `${use.of}: the margin of ${durationText(margin)} is smaller than the resolution of ${durationText(use.resolution)}`;
    return { use, verdict: 'inconclusive', note };
  }
  if (margin < 0) return { use, verdict: 'fail' };
  if (worst > use.allowed + use.resolution) {
    return { use, verdict: 'inconclusive', note: unknownNote(spent) };
  }
  return { use, verdict: 'pass' };
}

function unknownNote({ unknownNs }: Spent): string {
  const amount = Number.isFinite(unknownNs) ? durationText(unknownNs) : 'the rest';
  return `not known for ${amount} of the window`;
}

/** The component that was nearest to its limit, or furthest beyond it, in proportion to the limit. */
function narrowest(uses: readonly BudgetUse[]): Margin | null {
  let nearest: { readonly margin: Margin; readonly share: number } | null = null;
  for (const use of uses) {
    const value = use.allowed - (use.observed ?? 0);
    const share = use.allowed === 0 ? Math.sign(value) : value / use.allowed;
    if (nearest === null || share < nearest.share) {
      nearest = { margin: { of: use.of, unit: use.unit, value }, share };
    }
  }
  return nearest?.margin ?? null;
}

/** 'gw.masters <= 1 did not hold for 5.74 s in 7 episodes, longest 2.39 s' */
function observedText({ form, text }: Always, violations: readonly Span[]): string {
  if (violations.length === 0)
    return `${text} ${form === 'always' ? 'held throughout' : 'never held'}`;
  const what = `${text} ${form === 'always' ? 'did not hold' : 'held'}`;
  const total = durationText(totalNs(violations));
  if (violations.length === 1) return `${what} once, for ${total}`;
  const longest = durationText(longestNs(violations));
  return `${what} for ${total} in ${countText(violations.length, 'episode')}, longest ${longest}`;
}

function worstOf(verdicts: readonly Judged['verdict'][]): Judged['verdict'] {
  if (verdicts.includes('fail')) return 'fail';
  return verdicts.includes('inconclusive') ? 'inconclusive' : 'pass';
}
