import type { RunEvent, SignalDeclared } from '../run/events.ts';
import type { SignalValue } from '../scenario/expression/ast.ts';

/**
 * A signal as a step function of lab time: `values[i]` holds from `fromNs[i]` until `fromNs[i + 1]`. null is "not
 * known". Before the first step nothing is known.
 */
export interface SignalHistory {
  readonly name: string;
  readonly declared: SignalDeclared | null;
  readonly fromNs: readonly number[];
  readonly values: readonly SignalValue[];
}

export type SignalHistories = ReadonlyMap<string, SignalHistory>;

interface Growing {
  readonly name: string;
  declared: SignalDeclared | null;
  fromNs: number[];
  values: SignalValue[];
}

interface Gap {
  readonly source: string;
  readonly fromNs: number;
  readonly toNs: number;
}

/**
 * Every signal of a run. A `since` backdates a step and replaces what was believed from then on. While records were
 * lost (`gap`) the signals that depend on the source are not known: those of the observer or probe of that name, or,
 * for a source that all share (the capture, netlink), those of every observer.
 */
export function signalHistories(
  events: readonly RunEvent[],
  observers: ReadonlySet<string>,
): SignalHistories {
  const histories = new Map<string, Growing>();
  const gaps: Gap[] = [];
  for (const event of events) {
    if (event.type === 'signal-declared') {
      growing(histories, event.signal).declared = event;
    } else if (event.type === 'signal') {
      setFrom(growing(histories, event.signal), event.since ?? event.t, event.value);
    } else if (event.type === 'gap') {
      gaps.push({ source: event.source, fromNs: event.since, toNs: event.t });
    }
  }
  for (const gap of gaps) {
    for (const history of dependents(histories, gap.source, observers)) blank(history, gap);
  }
  return histories;
}

/** The value at a moment; at the very moment of a change it is the new value. */
export function valueAt(history: SignalHistory | undefined, atNs: number): SignalValue {
  if (history === undefined) return null;
  const index = lastStepAt(history.fromNs, atNs);
  return index < 0 ? null : (history.values[index] ?? null);
}

/** Was it known at any time in this span? */
export function everKnown(
  history: SignalHistory | undefined,
  fromNs: number,
  toNs: number,
): boolean {
  if (history === undefined) return false;
  const first = Math.max(0, lastStepAt(history.fromNs, fromNs));
  for (let i = first; i < history.fromNs.length; i += 1) {
    if ((history.fromNs[i] ?? Infinity) > toNs) break;
    if (history.values[i] !== null) return true;
  }
  return false;
}

/** Index of the last step at or before a moment, -1 if there is none. */
export function lastStepAt(fromNs: readonly number[], atNs: number): number {
  let low = 0;
  let high = fromNs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((fromNs[middle] ?? Infinity) <= atNs) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function growing(histories: Map<string, Growing>, name: string): Growing {
  const known = histories.get(name);
  if (known !== undefined) return known;
  const made: Growing = { name, declared: null, fromNs: [], values: [] };
  histories.set(name, made);
  return made;
}

function setFrom(history: Growing, fromNs: number, value: SignalValue): void {
  while (history.fromNs.length > 0 && (history.fromNs.at(-1) ?? 0) >= fromNs) {
    history.fromNs.pop();
    history.values.pop();
  }
  if (history.values.length > 0 && history.values.at(-1) === value) return;
  history.fromNs.push(fromNs);
  history.values.push(value);
}

function dependents(
  histories: ReadonlyMap<string, Growing>,
  source: string,
  observers: ReadonlySet<string>,
): readonly Growing[] {
  const all = [...histories.values()];
  const own = all.filter((history) => ownerOf(history.name) === source);
  return own.length > 0 ? own : all.filter((history) => observers.has(ownerOf(history.name)));
}

/** 'gw.masters' belongs to 'gw' */
export function ownerOf(signal: string): string {
  const end = signal.search(/[.[]/);
  return end === -1 ? signal : signal.slice(0, end);
}

function blank(history: Growing, gap: Gap): void {
  if (gap.toNs <= gap.fromNs) return;
  const after = valueAt(history, gap.toNs);
  const fromNs: number[] = [];
  const values: SignalValue[] = [];
  const push = (at: number, value: SignalValue): void => {
    if (values.length > 0 && values.at(-1) === value) return;
    fromNs.push(at);
    values.push(value);
  };
  history.fromNs.forEach((at, i) => {
    if (at < gap.fromNs) push(at, history.values[i] ?? null);
  });
  push(gap.fromNs, null);
  push(gap.toNs, after);
  history.fromNs.forEach((at, i) => {
    if (at > gap.toNs) push(at, history.values[i] ?? null);
  });
  history.fromNs = fromNs;
  history.values = values;
}
