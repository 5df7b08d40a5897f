import { createHash } from 'node:crypto';
import type { DirectionState, DropRule } from './direction-state.ts';
import type { AskedDose } from './want.ts';

/** Named counters of nftables: which of them belong to which fault of which direction. */

export type CounterKind = 'cut' | 'seen' | 'hit' | 'dup-seen' | 'dup-hit' | 'impair' | 'join';

const COUNTER_PREFIX: Readonly<Record<CounterKind, string>> = {
  cut: 'c',
  seen: 's',
  hit: 'h',
  'dup-seen': 't',
  'dup-hit': 'u',
  impair: 'i',
  join: 'j',
};

/** The part of a rule that counts. */
export function counter(kind: CounterKind, fault: string, device: string): string {
  return `counter name "${counterName(kind, fault, device)}"`;
}

/** Unique per fault and device, of characters that nft 1.0.6 takes in a name; a name may have 255. */
function counterName(kind: CounterKind, fault: string, device: string): string {
  const safe = fault.replace(
    /[^A-Za-z0-9]/gu,
    (character) => `_${Buffer.from(character).toString('hex')}_`,
  );
  const name = safe.length <= 180 ? safe : `_${createHash('sha256').update(fault).digest('hex')}`;
  return `${COUNTER_PREFIX[kind]}_${device}_${name}`;
}

/** The counters that tell what a fault met and did on a direction. */
export interface FaultCounters {
  readonly fault: string;
  readonly quantity: AskedDose['quantity'];
  readonly seen: string;
  /** null: the netem stage has dropped what it has dropped; the rules only count what it was given */
  readonly hit: string | null;
}

/** Which counters (names in table `faults`) belong to which fault of a direction; none for carrier. */
export function faultCounters(state: DirectionState, enters: string): readonly FaultCounters[] {
  const of = (kind: CounterKind, fault: string): string => counterName(kind, fault, enters);
  const pairs = (
    rules: readonly DropRule[],
    quantity: 'loss' | 'duplicate',
    kinds: readonly [CounterKind, CounterKind],
  ): FaultCounters[] =>
    unique(rules.map(({ fault }) => fault)).map((fault) => ({
      fault,
      quantity,
      seen: of(kinds[0], fault),
      hit: of(kinds[1], fault),
    }));
  return [
    ...state.cut.map((fault): FaultCounters => {
      const name = of('cut', fault);
      return { fault, quantity: 'cut', seen: name, hit: name };
    }),
    ...pairs(state.drops, 'loss', ['seen', 'hit']),
    ...pairs(state.duplicates, 'duplicate', ['dup-seen', 'dup-hit']),
    ...unique(state.joins.map(({ fault }) => fault)).map((fault): FaultCounters => {
      const name = of('join', fault);
      return { fault, quantity: 'joined', seen: name, hit: name };
    }),
    ...unique(state.impairs.map(({ fault }) => fault)).map((fault): FaultCounters => ({
      fault,
      quantity: 'impair',
      seen: of('impair', fault),
      hit: null,
    })),
  ];
}

/** All counters that a state needs. */
export function counterNames(state: DirectionState, enters: string): readonly string[] {
  const all = faultCounters(state, enters);
  return unique(all.flatMap(({ seen, hit }) => (hit === null ? [seen] : [seen, hit])));
}

function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values)];
}
