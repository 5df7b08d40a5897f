import { composeStage } from './compose.ts';
import type { ClassState, DirectionState, NetemStage } from './direction-state.ts';
import { NEUTRAL_STAGE } from './direction-state.ts';

/**
 * Frames of an impaired class carry a bit in their mark; the set of bits chooses the band of the prio qdisc
 * (`ca05:`) and so the netem that they pass. 4 bits make 15 sets, prio has 16 bands, and band 1 is for all others.
 */
export const MAX_CLASSES = 4;
export const BANDS_MAJOR = 0xca05;
/** the mark bits that choose a band; higher bits are ours too, within the chain */
export const BAND_MASK: number = 2 ** MAX_CLASSES - 1;

/** A class and its bit. */
export interface SteeredClass extends ClassState {
  readonly bit: number;
}

/** A state with the bits of its classes; what the room remembers of a direction. */
export type SteeredState = DirectionState & { readonly steered: readonly SteeredClass[] };

/**
 * Which bit each class has, on one direction. A class that stays keeps its bit: frames that wait in a band must not
 * be overtaken by those that come after a change. One that is no longer impaired stays steered (its netem neutral,
 * with a rate: see netem-options.ts) until `drained` says that nothing waits there, or its bit is needed.
 */
export function steer(
  before: readonly SteeredClass[],
  state: Pick<DirectionState, 'classes'>,
  drained: (bit: number) => boolean = () => true,
): readonly SteeredClass[] {
  const taken = new Map<number, SteeredClass>();
  const fresh: ClassState[] = [];
  for (const wanted of state.classes) {
    const known = before.find((each) => each.key === wanted.key);
    if (known === undefined) fresh.push(wanted);
    else taken.set(known.bit, { ...wanted, bit: known.bit });
  }
  for (const old of before) {
    if (!taken.has(old.bit) && !drained(old.bit)) taken.set(old.bit, { ...old, impairments: [] });
  }
  for (const wanted of fresh) {
    const bit = freeBit(taken);
    if (bit === undefined) throw new Error(`more than ${MAX_CLASSES} impaired classes`);
    taken.set(bit, { ...wanted, bit });
  }
  return [...taken.values()].sort((a, b) => a.bit - b.bit);
}

/** A bit that nobody has, else the lowest that only lingers. */
function freeBit(taken: ReadonlyMap<number, SteeredClass>): number | undefined {
  const bits = Array.from({ length: MAX_CLASSES }, (_, bit) => bit);
  return (
    bits.find((bit) => !taken.has(bit)) ??
    bits.find((bit) => taken.get(bit)?.impairments.length === 0)
  );
}

/**
 * The netem of each band that frames can be steered to: minor number of the class (2..16, `ca05:2`..`ca05:10` in tc's
 * hexadecimal) to stage. Band 1 (all other frames) is never in it.
 */
export function bandStages(classes: readonly SteeredClass[]): ReadonlyMap<number, NetemStage> {
  const stages = new Map<number, NetemStage>();
  for (let mark = 1; mark <= BAND_MASK; mark++) {
    const inside = classes.filter(({ bit }) => (mark & (1 << bit)) !== 0);
    if (inside.reduce((bits, { bit }) => bits | (1 << bit), 0) !== mark) continue;
    const impairments = inside.flatMap((each) => each.impairments);
    stages.set(
      bandOfMark(mark),
      impairments.length === 0 ? NEUTRAL_STAGE : composeStage(impairments),
    );
  }
  return stages;
}

/** mark 1..15 to band 2..16 */
export function bandOfMark(mark: number): number {
  return mark + 1;
}
