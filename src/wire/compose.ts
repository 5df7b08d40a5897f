import { directionKey, neutralState, NEUTRAL_STAGE } from './direction-state.ts';
import type {
  ClassState,
  DirectionState,
  DropRule,
  ImpairRule,
  JoinRule,
  LossModel,
  NetemStage,
  SendRule,
} from './direction-state.ts';
import { frameClassKey } from './frame-class-key.ts';
import type { Impairment, WireWant } from './want.ts';

/**
 * Composition: what all active faults want together of one direction of one wire. A function of the *set* of wants:
 * their order and grouping make no difference.
 *
 * | several at once | become |
 * |---|---|
 * | cut, carrier | the set of reasons: open again when the last is gone |
 * | loss, drop | one rule and counters each, one after the other: losses combine as independent |
 * | send, join | each for itself |
 * | duplicate | decided independently, at most one copy: 1 - (1-p1)(1-p2) |
 * | delay | the sum |
 * | jitter | the sum of independent variables (delay-table.ts) |
 * | corrupt | 1 - (1-p1)(1-p2) |
 * | rate, limit | the smallest |
 * | gemodel, 4-state, reorder, slot | one at a time: more are refused (refuseCombination) |
 * | impair with a class of frames | a frame gets what all its classes want, after what is wanted of every frame |
 */

/** The desired state of every direction that somebody wants something of, by `directionKey`, in order of key. */
export function compose(wants: readonly WireWant[]): ReadonlyMap<string, DirectionState> {
  const byDirection = group(wants);
  return new Map(
    [...byDirection]
      .sort(([a], [b]) => compareText(a, b))
      .map(([key, own]) => [key, remembered(own)]),
  );
}

function group(wants: readonly WireWant[]): Map<string, WireWant[]> {
  const groups = new Map<string, WireWant[]>();
  for (const want of wants) {
    const key = directionKey(want);
    const own = groups.get(key);
    if (own === undefined) groups.set(key, [want]);
    else own.push(want);
  }
  return groups;
}

const states = new Map<string, DirectionState>();
const STATES_KEPT = 4096;

/** At an edge most directions stay as they are: theirs is the very same state as before, and costs next to nothing. */
function remembered(wants: readonly WireWant[]): DirectionState {
  const key = JSON.stringify(wants);
  let state = states.get(key);
  if (state === undefined) {
    if (states.size >= STATES_KEPT) states.clear();
    state = composeDirection(wants);
    states.set(key, state);
  }
  return state;
}

function composeDirection(wants: readonly WireWant[]): DirectionState {
  const [first] = wants;
  if (first === undefined) throw new Error('a direction without wants');
  const impairs = wants.filter((want) => want.kind === 'impair');
  const drops: DropRule[] = wants.filter((want) => want.kind === 'drop').map(dropRule);
  const duplicates: DropRule[] = [];
  const netem: ImpairRule[] = [];
  for (const { fault, match, impairment, changes } of impairs) {
    const { lossRatio, duplicateRatio, ...rest } = impairment;
    if (lossRatio !== undefined) {
      drops.push({ fault, match, ratio: lossRatio, ...(changes && { changes }) });
    }
    if (duplicateRatio !== undefined) duplicates.push({ fault, match, ratio: duplicateRatio });
    if (asksForNetem(impairment)) netem.push({ fault, match, impairment: rest });
  }
  const rules = sorted(netem);
  const whole = rules.filter((rule) => isEveryFrame(rule)).map((rule) => rule.impairment);
  return {
    ...neutralState(first.link, first.direction),
    carrier: faultsOf(wants, 'carrier'),
    cut: faultsOf(wants, 'cut'),
    drops: sorted(drops),
    duplicates: sorted(duplicates),
    joins: byFault(wants.filter((want) => want.kind === 'join').map(joinRule)),
    sends: byFault(wants.filter((want) => want.kind === 'send').map(sendRule)),
    impairs: rules,
    rateBitPerSec: smallest(whole.map((each) => each.rateBitPerSec)),
    limitPackets: smallest(whole.map((each) => each.limitPackets)),
    whole: { ...composeStage(whole), rateBitPerSec: 0 },
    classes: composeClasses(rules),
  };
}

function dropRule(want: WireWant & { readonly kind: 'drop' }): DropRule {
  return { fault: want.fault, match: want.match, ratio: want.ratio };
}

function joinRule({ fault, to }: WireWant & { readonly kind: 'join' }): JoinRule {
  return { fault, to: { link: to.link, direction: to.direction } };
}

function sendRule(want: WireWant & { readonly kind: 'send' }): SendRule {
  const { fault, frames, perSecond, countAt, mostAmplified } = want;
  return { fault, frames, perSecond, countAt, mostAmplified };
}

function byFault<R extends { readonly fault: string }>(rules: readonly R[]): readonly R[] {
  return rules
    .map((rule) => ({ rule, key: `${rule.fault}\0${canonical(rule)}` }))
    .sort((a, b) => compareText(a.key, b.key))
    .map(({ rule }) => rule);
}

function faultsOf(wants: readonly WireWant[], kind: WireWant['kind']): readonly string[] {
  return [...new Set(wants.filter((want) => want.kind === kind).map((want) => want.fault))].sort(
    compareText,
  );
}

function isEveryFrame(rule: { readonly match: ImpairRule['match'] }): boolean {
  return frameClassKey(rule.match) === '';
}

/** Members that are rules of nftables. */
const RULES: ReadonlySet<string> = new Set([
  'lossRatio',
  'duplicateRatio',
] satisfies (keyof Impairment)[]);

/** It asks for more than rules can do. */
export function asksForNetem(impairment: Impairment): boolean {
  return Object.entries(impairment).some(
    ([name, value]) => value !== undefined && !RULES.has(name),
  );
}

function composeClasses(rules: readonly ImpairRule[]): readonly ClassState[] {
  const classes = new Map<string, { match: ImpairRule['match']; impairments: Impairment[] }>();
  for (const { match, impairment } of rules) {
    const key = frameClassKey(match);
    if (key === '') continue;
    const own = classes.get(key) ?? { match, impairments: [] };
    own.impairments.push(impairment);
    classes.set(key, own);
  }
  return [...classes]
    .sort(([a], [b]) => compareText(a, b))
    .map(([key, { match, impairments }]) => ({ key, match, impairments }));
}

/** Several impairments of the same frames as one netem. What can't be one is refused before (refuseCombination). */
export function composeStage(impairments: readonly Impairment[]): NetemStage {
  const slots = impairments.filter((each) => each.slotMaxNs !== undefined);
  const reorders = impairments.filter((each) => each.reorderRatio !== undefined);
  return {
    ...NEUTRAL_STAGE,
    delayNs: sum(impairments.map((each) => each.delayNs)),
    jitters: impairments
      .filter((each) => (each.jitterNs ?? 0) > 0)
      .map((each) => ({
        jitterNs: each.jitterNs ?? 0,
        distribution: each.distribution ?? 'uniform',
      }))
      .sort((a, b) => a.jitterNs - b.jitterNs || compareText(a.distribution, b.distribution)),
    loss: lossModel(impairments),
    corruptRatio: either(impairments.map((each) => each.corruptRatio)),
    reorderRatio: reorders[0]?.reorderRatio ?? 0,
    reorderGap: reorders.length === 0 ? 0 : (reorders[0]?.reorderGap ?? 1),
    rateBitPerSec: smallest(impairments.map((each) => each.rateBitPerSec)),
    slotMinNs: slots[0]?.slotMinNs ?? 0,
    slotMaxNs: slots[0]?.slotMaxNs ?? 0,
  };
}

function lossModel(impairments: readonly Impairment[]): LossModel {
  for (const { gemodel, fourState } of impairments) {
    if (gemodel !== undefined) return { type: 'gemodel', ...gemodel };
    if (fourState !== undefined) return { type: 'four-state', ...fourState };
  }
  return { type: 'none' };
}

function sum(values: readonly (number | undefined)[]): number {
  return values.reduce<number>((total, value) => total + (value ?? 0), 0);
}

/** 1 - (1-p1)(1-p2)..., in order of size: a product of floating-point numbers depends on the order. */
function either(ratios: readonly (number | undefined)[]): number {
  const given = ratios.filter((ratio): ratio is number => ratio !== undefined && ratio > 0);
  given.sort((a, b) => a - b);
  if (given.length < 2) return given[0] ?? 0;
  return 1 - given.reduce((kept, ratio) => kept * (1 - ratio), 1);
}

/** the smallest that is given; 0 when none is */
function smallest(values: readonly (number | undefined)[]): number {
  const given = values.filter((value): value is number => value !== undefined && value > 0);
  return given.length === 0 ? 0 : Math.min(...given);
}

/** One order for any set of rules: by fault, then by class and figures. */
function sorted<R extends { readonly fault: string; readonly match: ImpairRule['match'] }>(
  rules: readonly R[],
): readonly R[] {
  const key = (rule: R): string =>
    `${rule.fault}\0${frameClassKey(rule.match)}\0${canonical(rule)}`;
  return rules
    .map((rule) => ({ rule, key: key(rule) }))
    .sort((a, b) => compareText(a.key, b.key))
    .map(({ rule }) => rule);
}

/** JSON with the keys in order: {a, b} and {b, a} are the same value. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => compareText(a, b)))
      : inner,
  );
}

/** By code unit: the same on every machine, whatever its locale. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
