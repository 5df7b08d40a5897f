import type { PlannedCheck } from '../plan/plan.ts';
import {
  cannotSay,
  unwatchedNote,
  whyNeverKnown,
  type CheckContext,
  type Finding,
} from './check-context.ts';
import type { BudgetUse } from './result.ts';
import { resolutionOf, spansWhere, stretchesOf, type Span } from './truth.ts';
import { resolveEdge } from './windows.ts';
import { durationText } from './words.ts';

type Eventually = Extract<PlannedCheck, { form: 'eventually' }>;

/**
 * `eventually: EXPR` begins to hold within `within` of an edge, and then holds for `hold`. A stretch of which it is not
 * known whether it held can make a fail uncertain, never a pass certain.
 */
export function judgeEventually(check: Eventually, context: CheckContext): Finding {
  const edge = resolveEdge(check.of, context.times);
  if (!edge.found) return cannotSay(edge.why);
  const { endNs } = context.times;
  const fromNs = edge.atNs;
  if (fromNs >= endNs) return cannotSay('the run was over before this could be watched');
  const deadline = { fromNs, toNs: fromNs + check.withinNs };
  const shown = { fromNs, toNs: Math.min(deadline.toNs + check.holdNs, endNs) };
  const unknown = whyNeverKnown(check.expression, context, shown);
  if (unknown !== undefined) return cannotSay(unknown, shown);

  const toNs = Math.max(endNs, deadline.toNs + check.holdNs);
  const stretches = stretchesOf(check.expression, context.histories, { fromNs, toNs, endNs });
  const sure = firstHeld(
    spansWhere(stretches, (value) => value === true),
    check.holdNs,
  );
  const perhaps = firstHeld(
    spansWhere(stretches, (value) => value === true || value === null),
    check.holdNs,
  );
  const use: BudgetUse = {
    of: 'within',
    unit: 'ns',
    observed: sure === null ? null : sure - fromNs,
    allowed: check.withinNs,
    resolution: resolutionOf(check.expression, context.histories),
  };
  const finding = conclude(check, use, perhaps === null ? null : perhaps - fromNs);
  const unwatched = unwatchedNote({ fromNs, toNs: deadline.toNs + check.holdNs }, context);
  const late = { fromNs, toNs: Math.min(sure ?? deadline.toNs, endNs) };
  return {
    ...finding,
    notes:
      finding.outcome === 'inconclusive' && unwatched !== ''
        ? [...finding.notes, unwatched]
        : finding.notes,
    window: shown,
    violations: finding.outcome === 'fail' ? [late] : [],
    unknownNs: 0,
    budget: [use],
  };
}

function conclude(
  { text, holdNs }: Eventually,
  use: BudgetUse,
  perhapsNs: number | null,
): Pick<Finding, 'outcome' | 'observed' | 'margin' | 'notes'> {
  const { observed, allowed, resolution } = use;
  const hold = holdNs > 0 ? ` for ${durationText(holdNs)}` : '';
  const said =
    observed === null
      ? `${text} did not hold${hold}`
      : observed === 0
        ? `${text} held from the start`
        : `${text} held after ${durationText(observed)}`;
  const margin = observed === null ? null : allowed - observed;
  const result = {
    observed: said,
    margin: margin === null ? null : ({ of: 'within', unit: 'ns', value: margin } as const),
  };
  if (margin !== null && observed !== 0 && Math.abs(margin) < resolution) {
    const note = `the margin of ${durationText(margin)} is smaller than the resolution of ${durationText(resolution)}`;
    return { ...result, outcome: 'inconclusive', notes: [note] };
  }
  if (margin !== null && margin >= 0) return { ...result, outcome: 'pass', notes: [] };
  if (perhapsNs !== null && perhapsNs <= allowed) {
    return { ...result, outcome: 'inconclusive', notes: ['it may have held while it was unknown'] };
  }
  return { ...result, outcome: 'fail', notes: [] };
}

/** The start of the first stretch that is long enough. */
function firstHeld(spans: readonly Span[], holdNs: number): number | null {
  return spans.find((span) => span.toNs - span.fromNs >= holdNs)?.fromNs ?? null;
}
