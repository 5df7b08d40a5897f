import { counter, faultCounters } from './fault-counters.ts';
import type { DirectionState, DropRule } from './direction-state.ts';
import { ROOM_RULES, type RulePlace } from './rule-place.ts';
import { GARP_PRELUDE, GARP_SET, needsGarpPrelude, selectFrames } from './selector.ts';
import { BAND_MASK, BANDS_MAJOR, bandOfMark } from './steering.ts';
import type { SteeredState } from './steering.ts';
import type { Direction } from './want.ts';

export { faultCounters };
export type { SteeredState };

/** Names of a direction in rules. */
export interface WireDevices {
  /** of the chains and counters of the end where it enters: 'w1a' */
  readonly enters: string;
  /** the device that copies go to, '"w1b"'; or its index: nft looks for names in the namespace that it runs in */
  readonly leaves: string;
  readonly place: RulePlace;
}

export type DeviceOf = (link: string, direction: Direction) => WireDevices;

/** Rules of a wire are `<device>`, of its faults `f_<device>` (drops, marks) and `d_<device>` (duplicates). */
const WIRE = 'netdev wire';
const FAULTS = `netdev ${ROOM_RULES.table}`;

/**
 * What stands in the room as long as it exists: per device the forwarding (priority 100) and the hooks for faults
 * (priority 0), which are empty chains at first. One transaction, idempotent: later wires are added with the same text.
 * Order within a device: drops, marks, choice of the band, duplicates, copies for joined ports. A copy made before the drops would escape them.
 */
export function baseRuleset(wires: readonly { readonly name: string }[]): string {
  return lines([
    `add table ${WIRE}`,
    `add table ${FAULTS}`,
    ...helpers(FAULTS),
    ...wires.flatMap(({ name }) => [
      ...deviceChains(`${name}a`, `${name}b`),
      ...deviceChains(`${name}b`, `${name}a`),
    ]),
  ]);
}

/** What rules of faults refer to. */
export function helpers(table: string): readonly string[] {
  const bands = Array.from({ length: BAND_MASK }, (_, i) => i + 1).map(
    (mark) => `${mark} : ${BANDS_MAJOR.toString(16)}:${bandOfMark(mark).toString(16)}`,
  );
  return [
    `add set ${table} ${GARP_SET}`,
    `add map ${table} bands { type mark : classid ; }`,
    // 1.0.6 wants a blank after a classid
    `add element ${table} bands { ${bands.join(' , ')} }`,
  ];
}

function deviceChains(enters: string, leaves: string): readonly string[] {
  const hook = `type filter hook ingress device "${enters}"`;
  return [
    `add chain ${WIRE} ${enters} { ${hook} priority 100 ; }`,
    `flush chain ${WIRE} ${enters}`,
    `add rule ${WIRE} ${enters} fwd to "${leaves}"`,
    `add counter ${FAULTS} seen_${enters}`,
    `add chain ${FAULTS} f_${enters}`,
    `add chain ${FAULTS} d_${enters}`,
    `add chain ${FAULTS} ${enters} { ${hook} priority 0 ; }`,
    `flush chain ${FAULTS} ${enters}`,
    `add rule ${FAULTS} ${enters} counter name "seen_${enters}"`,
    `add rule ${FAULTS} ${enters} jump f_${enters}`,
    `add rule ${FAULTS} ${enters} ${CHOOSE_BAND}`,
    `add rule ${FAULTS} ${enters} jump d_${enters}`,
  ];
}

/** The rules that one of the hooks for faults leads to in one state of its direction. */
export interface HookRules {
  /** the chain that stands empty in a neutral room */
  readonly hook: string;
  readonly rules: readonly string[];
}

/** What both hooks of a direction do in this state. */
export function hookRules(state: SteeredState, deviceOf: DeviceOf): readonly HookRules[] {
  const devices = deviceOf(state.link, state.direction);
  return [
    { hook: `f_${devices.enters}`, rules: dropAndMarkRules(state, devices) },
    {
      hook: `d_${devices.enters}`,
      rules: [...duplicateRules(state, devices), ...joinRules(state, devices, deviceOf)],
    },
  ];
}

/** Nothing leads to the chain yet. Counters are never deleted or reset: a dose is counted over all edges of a flap. */
export function chainText(
  table: string,
  chain: string,
  rules: readonly string[],
  counters: readonly string[],
): string {
  return lines([
    ...counters.map((name) => `add counter netdev ${table} ${name}`),
    `add chain netdev ${table} ${chain}`,
    ...rules.map((rule) => `add rule netdev ${table} ${chain} ${rule}`),
  ]);
}

export function deleteChainText(table: string, chain: string): string {
  return lines([`delete chain netdev ${table} ${chain}`]);
}

/** Whether the rules are the same: a look that is quick and errs on the side of "no": `compose` gives the same parts for the same wants. */
export function sameRules(a: SteeredState, b: SteeredState): boolean {
  return (
    a.cut === b.cut &&
    a.drops === b.drops &&
    a.duplicates === b.duplicates &&
    a.joins === b.joins &&
    a.impairs === b.impairs &&
    a.steered.length === b.steered.length &&
    a.steered.every(({ key, bit }, i) => b.steered[i]?.key === key && b.steered[i].bit === bit)
  );
}

function dropAndMarkRules(state: SteeredState, { enters, place }: WireDevices): readonly string[] {
  const { hook } = place;
  const matches = [...state.drops, ...state.duplicates, ...state.steered].map(({ match }) => match);
  const hasGarp = matches.some(needsGarpPrelude);
  const drop = DROP[hook];
  const isMarked = hasGarp || state.duplicates.length > 0 || state.steered.length > 0;
  return [
    // marks that the node has given its frames have done their work; they must not be taken for ours
    ...(hook === 'egress' && isMarked ? ['meta mark set 0'] : []),
    ...(hasGarp ? GARP_PRELUDE : []),
    ...state.cut.map((fault) => counter('cut', fault, enters)),
    ...(state.cut.length > 0 ? [drop] : []),
    ...state.drops.flatMap((rule) => ratioRules(rule, 'drop', enters, drop, hook)),
    ...state.impairs.flatMap(({ fault, match }) =>
      selectFrames(match, hook).map((select) => join(select, counter('impair', fault, enters))),
    ),
    ...state.steered.flatMap(({ match, bit }) =>
      selectFrames(match, hook).map((select) =>
        join(select, `meta mark set meta mark | ${1 << bit}`),
      ),
    ),
    ...(hook === 'egress' && state.steered.length > 0 ? [CHOOSE_BAND] : []),
  ];
}

const CHOOSE_BAND = `meta priority set meta mark & ${BAND_MASK} map @bands`;

/**
 * How a frame is lost. A plain drop where a node sends is told to the sender, and TCP takes it for a full queue of its
 * own; what is handed on to an interface that there never is (the highest index) is sent, and gone.
 */
const DROP: Readonly<Record<RulePlace['hook'], string>> = {
  ingress: 'drop',
  egress: 'fwd to 2147483647',
};

/** The mark bit of "at least one fault wants a copy". */
const COPY = '0x40000000';
/** The mark of a copy that leaves a node: it comes by the same hook again. */
export const COPIED = '0xca05ca05';

function duplicateRules(state: DirectionState, devices: WireDevices): readonly string[] {
  if (state.duplicates.length === 0) return [];
  const { enters, leaves, place } = devices;
  const verdict = `meta mark set meta mark | ${COPY}`;
  const copied = place.hook === 'egress' ? ` meta mark set ${COPIED}` : '';
  return [
    ...state.duplicates.flatMap((rule) =>
      ratioRules(rule, 'duplicate', enters, verdict, place.hook),
    ),
    `meta mark & ${COPY} == ${COPY}${copied} dup to ${leaves}`,
  ];
}

/** A copy of each frame for the far end of another wire, where that wire's own rate and queue hold for it. */
function joinRules(
  { joins }: DirectionState,
  { enters }: WireDevices,
  deviceOf: DeviceOf,
): readonly string[] {
  return joins.map(({ fault, to }) => {
    const { leaves } = deviceOf(to.link, to.direction);
    return `${counter('join', fault, enters)} dup to ${leaves}`;
  });
}

/** `<match> seen, [with probability] hit, verdict` for one fault; numgen is the dice. */
function ratioRules(
  rule: DropRule,
  what: 'drop' | 'duplicate',
  device: string,
  verdict: string,
  hook: RulePlace['hook'],
): readonly string[] {
  const seen = counter(what === 'drop' ? 'seen' : 'dup-seen', rule.fault, device);
  const hit = counter(what === 'drop' ? 'hit' : 'dup-hit', rule.fault, device);
  const perMillion = Math.round(rule.ratio * 1e6);
  return selectFrames(rule.match, hook).map((select) => {
    if (perMillion <= 0) return join(select, seen);
    const dice = perMillion >= 1e6 ? '' : `numgen random mod 1000000 < ${perMillion}`;
    return join(select, seen, dice, hit, verdict);
  });
}

function join(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' ');
}

/** Commands of nft, one a line. */
export function lines(text: readonly string[]): string {
  return text.map((line) => `${line}\n`).join('');
}
