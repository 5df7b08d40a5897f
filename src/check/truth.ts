import { evaluate, signalsOf } from '../scenario/expression/evaluate.ts';
import type { Expression, SignalValue } from '../scenario/expression/ast.ts';
import { lastStepAt, valueAt, type SignalHistories, type SignalHistory } from './signal-history.ts';

/** A stretch of time in which an expression has one value; null is not known. */
export interface Stretch {
  readonly fromNs: number;
  readonly toNs: number;
  readonly value: SignalValue;
}

export interface Span {
  readonly fromNs: number;
  readonly toNs: number;
}

/**
 * An expression over step functions is a step function: its values in [fromNs, toNs), neighbours merged. Nothing is
 * known after `endNs`, the end of what was watched. Values that lasted no time at all (several changes at one instant)
 * are no stretch.
 */
export function stretchesOf(
  expression: Expression,
  histories: SignalHistories,
  span: Span & { readonly endNs: number },
): readonly Stretch[] {
  const watchedTo = Math.min(span.toNs, span.endNs);
  const read = signalsOf(expression).map((path) => histories.get(path));
  const known = read.filter((history) => history !== undefined);
  const stretches: Stretch[] = [];
  const times = changeTimes(known, span.fromNs, watchedTo);
  const cursor = new Cursor(known);
  for (const [i, fromNs] of times.entries()) {
    cursor.moveTo(fromNs);
    const value = evaluate(expression, (path) => cursor.value(path));
    append(stretches, { fromNs, toNs: times[i + 1] ?? watchedTo, value });
  }
  if (span.toNs > watchedTo) {
    append(stretches, { fromNs: Math.max(span.fromNs, watchedTo), toNs: span.toNs, value: null });
  }
  return stretches;
}

/** The value of an expression at one moment. */
export function expressionAt(
  expression: Expression,
  histories: SignalHistories,
  atNs: number,
): SignalValue {
  return evaluate(expression, (path) => valueAt(histories.get(path), atNs));
}

/** The coarsest of the signals that it reads, ns: how exactly any change of its value is placed in time. */
export function resolutionOf(expression: Expression, histories: SignalHistories): number {
  const each = signalsOf(expression).map((path) => histories.get(path)?.declared?.resolutionNs);
  return Math.max(0, ...each.map((resolutionNs) => resolutionNs ?? 0));
}

export function spansWhere(
  stretches: readonly Stretch[],
  wanted: (value: SignalValue) => boolean,
): readonly Span[] {
  const spans: Span[] = [];
  for (const { fromNs, toNs, value } of stretches) {
    if (!wanted(value)) continue;
    const last = spans.at(-1);
    if (last?.toNs === fromNs) spans[spans.length - 1] = { fromNs: last.fromNs, toNs };
    else spans.push({ fromNs, toNs });
  }
  return spans;
}

export function totalNs(spans: readonly Span[]): number {
  return spans.reduce((sum, span) => sum + (span.toNs - span.fromNs), 0);
}

export function longestNs(spans: readonly Span[]): number {
  return spans.reduce((longest, span) => Math.max(longest, span.toNs - span.fromNs), 0);
}

function append(stretches: Stretch[], next: Stretch): void {
  if (next.toNs <= next.fromNs) return;
  const last = stretches.at(-1);
  if (last?.value === next.value && last.toNs === next.fromNs) {
    stretches[stretches.length - 1] = { ...last, toNs: next.toNs };
  } else stretches.push(next);
}

/** The start of the span, and every moment inside it at which one of the signals changes. */
function changeTimes(
  histories: readonly SignalHistory[],
  fromNs: number,
  toNs: number,
): readonly number[] {
  const times = new Set<number>();
  if (toNs > fromNs) times.add(fromNs);
  for (const history of histories) {
    for (let i = lastStepAt(history.fromNs, fromNs) + 1; i < history.fromNs.length; i += 1) {
      const at = history.fromNs[i] ?? Infinity;
      if (at >= toNs) break;
      times.add(at);
    }
  }
  return [...times].sort((a, b) => a - b);
}

/** Walks all histories forward together: one pass however many changes there are. */
class Cursor {
  readonly #at = new Map<string, { readonly history: SignalHistory; index: number }>();

  constructor(histories: readonly SignalHistory[]) {
    for (const history of histories) this.#at.set(history.name, { history, index: -1 });
  }

  moveTo(atNs: number): void {
    for (const place of this.#at.values()) {
      const { fromNs } = place.history;
      while ((fromNs[place.index + 1] ?? Infinity) <= atNs) place.index += 1;
    }
  }

  value(path: string): SignalValue {
    const place = this.#at.get(path);
    return place === undefined ? null : (place.history.values[place.index] ?? null);
  }
}
