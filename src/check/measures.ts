import { messageOf } from '../errors.ts';
import type { PlannedMeasure } from '../plan/plan.ts';
import type { ClockName } from '../run/run-file.ts';
import type { SignalValue } from '../scenario/expression/ast.ts';
import type { CheckContext } from './check-context.ts';
import { everKnown, valueAt } from './signal-history.ts';
import { signalsOf } from '../scenario/expression/evaluate.ts';
import { shownUnit, type ShownUnit } from './shown-unit.ts';
import {
  expressionAt,
  longestNs,
  resolutionOf,
  spansWhere,
  stretchesOf,
  totalNs,
  type Span,
  type Stretch,
} from './truth.ts';
import type { MeasureResult } from './result.ts';
import { resolveEdge, resolveWindow } from './windows.ts';
import { durationText, listText } from './words.ts';

type Figure = Pick<MeasureResult, 'value' | 'unit' | 'resolution' | 'n' | 'notes' | 'window'>;

export const WARP_NOTE = 'warp clock: computing and disk take no time here, so this omits them';

/** A figure needs no verdict; it says how exactly it is known, from how much, and what is missing. */
export function measure(
  planned: PlannedMeasure,
  context: CheckContext,
  clock: ClockName,
): MeasureResult {
  const base = {
    name: planned.name,
    form: planned.form,
    text: planned.text,
    windowText: planned.window.text,
  };
  try {
    return { ...base, ...figureOf(planned, context, clock) };
  } catch (error) {
    const message = messageOf(error);
    return { ...base, ...noFigure(`the measure itself broke: ${message}`, null) };
  }
}

function figureOf(planned: PlannedMeasure, context: CheckContext, clock: ClockName): Figure {
  if (planned.form === 'value') return valueFigure(planned, context, clock);
  const window = resolveWindow(planned.window, context.times);
  if (!window.found) return noFigure(window.why, null);
  const { endNs } = context.times;
  const span = { fromNs: window.fromNs, toNs: Math.min(window.toNs, endNs) };
  const never = neverKnown(planned, context, span);
  if (never !== undefined) return noFigure(never, span);
  const stretches = stretchesOf(planned.expression, context.histories, { ...span, endNs });
  const notes: string[] = [];
  if (window.toNs > endNs) notes.push('the run was over before the end of the window');
  const unknownNs = totalNs(spansWhere(stretches, (value) => value === null));
  const resolutionNs = resolutionOf(planned.expression, context.histories);
  if (unknownNs > resolutionNs) {
    notes.push(`not known for ${durationText(unknownNs)} of the window, which is left out`);
  }
  const figure =
    timeFigure(planned, stretches, resolutionNs) ?? rangeFigure(planned, stretches, context, clock);
  return { ...figure, window: span, notes: [...notes, ...figure.notes] };
}

/** time, longest (in s) and count: of the stretches in which it is true. */
function timeFigure(
  { form }: PlannedMeasure,
  stretches: readonly Stretch[],
  resolutionNs: number,
): Figure | undefined {
  const spans = spansWhere(stretches, (value) => value === true);
  const n = spans.length;
  const base = { notes: [], window: null, n };
  switch (form) {
    case 'time': {
      const resolution = (resolutionNs * Math.sqrt(Math.max(1, n))) / 1e9;
      return { ...base, value: totalNs(spans) / 1e9, unit: 's', resolution };
    }
    case 'longest':
      return { ...base, value: longestNs(spans) / 1e9, unit: 's', resolution: resolutionNs / 1e9 };
    case 'count':
      return { ...base, value: countOf(stretches, n), unit: '', resolution: 0 };
    default:
      return undefined;
  }
}

/** A condition is counted each time it comes to hold; anything else each time it changes. */
function countOf(stretches: readonly Stretch[], episodes: number): number {
  const known = stretches.filter((stretch) => stretch.value !== null);
  if (known.every((stretch) => typeof stretch.value === 'boolean')) return episodes;
  return known.filter((stretch, i) => i > 0 && known[i - 1]?.value !== stretch.value).length;
}

function rangeFigure(
  planned: PlannedMeasure,
  stretches: readonly Stretch[],
  context: CheckContext,
  clock: ClockName,
): Figure {
  const unit = shownUnit(planned.expression, context.histories);
  const numbers = stretches.flatMap(({ value, fromNs, toNs }) =>
    typeof value === 'number' ? [{ value, weightNs: toNs - fromNs }] : [],
  );
  if (numbers.length === 0) return noFigure('it had no numeric value in this window', null);
  const value = pick(planned.form, numbers);
  return {
    value: value * unit.factor,
    unit: unit.unit,
    resolution: null,
    n: numbers.length,
    window: null,
    notes: warpNotes(unit, clock),
  };
}

interface Weighted {
  readonly value: number;
  readonly weightNs: number;
}

/** Quantiles are by time: the value that the signal was at or below for that share of the known window. */
function pick(form: PlannedMeasure['form'], numbers: readonly Weighted[]): number {
  const sorted = [...numbers].sort((a, b) => a.value - b.value);
  switch (form) {
    case 'min':
      return sorted[0]?.value ?? NaN;
    case 'max':
      return sorted.at(-1)?.value ?? NaN;
    case 'p50':
      return quantile(sorted, 0.5);
    case 'p99':
      return quantile(sorted, 0.99);
    case 'time':
    case 'count':
    case 'longest':
    case 'value':
      throw new Error(`'${form}' is not a figure of a range`);
    default:
      return form satisfies never;
  }
}

function quantile(sorted: readonly Weighted[], share: number): number {
  const all = sorted.reduce((sum, { weightNs }) => sum + weightNs, 0);
  let sum = 0;
  for (const { value, weightNs } of sorted) {
    sum += weightNs;
    if (sum >= all * share) return value;
  }
  return sorted.at(-1)?.value ?? NaN;
}

/** `value`: at the end of its window, which is a moment when it was written with `at`. */
function valueFigure(planned: PlannedMeasure, context: CheckContext, clock: ClockName): Figure {
  const edge = resolveEdge(planned.window.to, context.times);
  if (!edge.found) return noFigure(edge.why, null);
  const atNs = edge.atNs;
  const window = { fromNs: atNs, toNs: atNs };
  if (atNs > context.times.endNs) return noFigure('the run was over before this moment', null);
  const value = expressionAt(planned.expression, context.histories, atNs);
  if (value === null) {
    const missing = signalsOf(planned.expression).filter(
      (path) => valueAt(context.histories.get(path), atNs) === null,
    );
    return noFigure(`${listText(missing)} not known at this moment`, window);
  }
  const unit = shownUnit(planned.expression, context.histories);
  return {
    value: shown(value, unit),
    unit: typeof value === 'number' ? unit.unit : '',
    resolution: null,
    n: 1,
    window,
    notes: typeof value === 'number' ? warpNotes(unit, clock) : [],
  };
}

function shown(value: NonNullable<SignalValue>, unit: ShownUnit): number | boolean | string {
  return typeof value === 'number' ? value * unit.factor : value;
}

function warpNotes(unit: ShownUnit, clock: ClockName): readonly string[] {
  return unit.isLatency && clock === 'warp' ? [WARP_NOTE] : [];
}

function neverKnown(
  planned: PlannedMeasure,
  context: CheckContext,
  span: Span,
): string | undefined {
  const never = signalsOf(planned.expression).filter(
    (path) => !everKnown(context.histories.get(path), span.fromNs, span.toNs),
  );
  return never.length === 0 ? undefined : `${listText(never)} never known in this window`;
}

function noFigure(why: string, window: Span | null): Figure {
  return { value: null, unit: '', resolution: null, n: 0, notes: [why], window };
}
