import { readCounters } from '../host/nft-counters.ts';
import { directionKey } from './direction-state.ts';
import { faultCounters, type SteeredState } from './nft-text.ts';
import type { RoomDirection } from './room-direction.ts';
import type { StageDrops } from './room-stage-drops.ts';
import { entering } from './room-wire.ts';
import type { RoomWires } from './room-wires.ts';
import type { DoseReport } from './room.ts';
import { frameClassKey } from './frame-class-key.ts';

/** What a netem stage dropped while a fault had a part in it. */
interface StageAccount {
  dropped: number;
  /** the stage's counter when it was last looked at */
  lookedAt: number;
}

/**
 * What faults really did, from the counters of the rules and of the netem stages. Rules count per fault. A stage counts
 * for all faults that share it: each is told what the stage dropped while it was in force.
 */
export class RoomDoses {
  readonly #wires: RoomWires;
  /** by direction and fault */
  readonly #stages = new Map<string, StageAccount>();
  /** of rules whose ratio changes, by direction and fault: frames that they met, and of them those that were to be hit */
  readonly #expected = new Map<string, { seen: number; hits: number }>();
  /** frames thrown away with a carrier, by direction and fault */
  readonly #flushed = new Map<string, number>();

  constructor(wires: RoomWires) {
    this.#wires = wires;
  }

  /** To be called when a direction goes from one state to another: settle what the stages did in the first. */
  changed(
    direction: RoomDirection,
    before: SteeredState | undefined,
    after: SteeredState | undefined,
  ): void {
    if (before !== undefined) this.#expect(before);
    if ((before?.impairs.length ?? 0) + (after?.impairs.length ?? 0) === 0) return;
    const drops = direction.stageDrops();
    if (before !== undefined) this.#settle(before, drops);
    for (const { fault, match } of after?.impairs ?? []) {
      const account = this.#account(accountKey(direction, fault));
      account.lookedAt = dropsOf(drops, after, frameClassKey(match));
    }
  }

  #expect(state: SteeredState): void {
    const rules = state.drops.filter(({ changes }) => changes === true);
    if (rules.length === 0) return;
    const { device, station } = entering(this.#wires.get(state.link), state.direction);
    const own = faultCounters(state, device).filter(({ quantity }) => quantity === 'loss');
    for (const { fault, ratio } of rules) {
      const name = own.find((each) => each.fault === fault)?.seen;
      if (name === undefined) continue;
      const counted = readCounters(station.filter, station.rules.table, [name]);
      const seen = counted.get(name) ?? 0;
      const key = accountKey(state, fault);
      const account = this.#expected.get(key) ?? { seen: 0, hits: 0 };
      account.hits += (seen - account.seen) * ratio;
      account.seen = seen;
      this.#expected.set(key, account);
    }
  }

  #settle(state: SteeredState, drops: StageDrops): void {
    for (const { fault, match } of state.impairs) {
      const account = this.#account(accountKey(state, fault));
      const dropped = dropsOf(drops, state, frameClassKey(match));
      // a new device counts from 0
      account.dropped += dropped - (dropped < account.lookedAt ? 0 : account.lookedAt);
      account.lookedAt = dropped;
    }
  }

  #account(key: string): StageAccount {
    const known = this.#stages.get(key) ?? { dropped: 0, lookedAt: 0 };
    this.#stages.set(key, known);
    return known;
  }

  /** Frames that waited on the way to an end whose carrier goes: the kernel throws them away. */
  flushed(state: SteeredState, frames: number): void {
    for (const fault of state.carrier) {
      const key = accountKey(state, fault);
      this.#flushed.set(key, (this.#flushed.get(key) ?? 0) + frames);
    }
  }

  /** The doses so far of the faults of these states that `wanted` names. */
  read(states: Iterable<SteeredState>, wanted: (fault: string) => boolean): DoseReport[] {
    return [...states].flatMap((state) => [
      ...this.#carrierDoses(state, wanted),
      ...this.#counterDoses(state, wanted),
    ]);
  }

  #carrierDoses(state: SteeredState, wanted: (fault: string) => boolean): DoseReport[] {
    return state.carrier.filter(wanted).map((fault) => {
      const hit = this.#flushed.get(accountKey(state, fault)) ?? 0;
      return { ...doseAt(state), fault, quantity: 'carrier', seen: hit, hit };
    });
  }

  #counterDoses(state: SteeredState, wanted: (fault: string) => boolean): DoseReport[] {
    const { device, station } = entering(this.#wires.get(state.link), state.direction);
    const own = faultCounters(state, device).filter(({ fault }) => wanted(fault));
    const names = own.flatMap(({ seen, hit }) => (hit === null ? [seen] : [seen, hit]));
    const counters = readCounters(station.filter, station.rules.table, [...new Set(names)]);
    return own.map(({ fault, quantity, seen, hit }) => {
      const key = accountKey(state, fault);
      const dropped = this.#stages.get(key)?.dropped ?? 0;
      const expected = quantity === 'loss' ? this.#expected.get(key) : undefined;
      return {
        ...doseAt(state),
        fault,
        quantity,
        seen: counters.get(seen) ?? 0,
        hit: hit === null ? dropped : (counters.get(hit) ?? 0),
        ...(expected !== undefined &&
          expected.seen > 0 && { asked: expected.hits / expected.seen }),
      };
    });
  }
}

function doseAt({
  link,
  direction,
}: SteeredState): Pick<DoseReport, 'type' | 'link' | 'direction'> {
  return { type: 'dose', link, direction };
}

function accountKey(at: Parameters<typeof directionKey>[0], fault: string): string {
  return `${directionKey(at)} ${fault}`;
}

/** The drops of the stages that frames of a class pass for its sake: the whole direction's, or its bands'. */
function dropsOf(drops: StageDrops, state: SteeredState | undefined, classKey: string): number {
  const steered = state?.steered.find(({ key }) => key === classKey);
  if (steered === undefined) return drops.whole;
  let sum = 0;
  for (const [mark, dropped] of drops.bands) if ((mark & (1 << steered.bit)) !== 0) sum += dropped;
  return sum;
}
