import type { Wire } from './room-wire.ts';
import type { RoomWires } from './room-wires.ts';

/** Carrier comes within milliseconds; what has none by then never will. */
const WITHIN_NS = 5e9;

interface Waiting {
  readonly wires: readonly Wire[];
  readonly untilNs: number;
  readonly done: (failure?: string) => void;
}

/** New wires are there when their nodes see carrier. */
export class CarrierWait {
  readonly #wires: RoomWires;
  #waiting: Waiting[] = [];

  constructor(wires: RoomWires) {
    this.#wires = wires;
  }

  /** Infinity: nobody waits. */
  get dueNs(): number {
    return Math.min(Infinity, ...this.#waiting.map(({ untilNs }) => untilNs));
  }

  add(wires: readonly Wire[], nowNs: number, done: (failure?: string) => void): void {
    this.#waiting.push({ wires, untilNs: nowNs + WITHIN_NS, done });
    this.look(nowNs);
  }

  /** To be called when links have changed or somebody's time is over. */
  look(nowNs: number): void {
    this.#waiting = this.#waiting.filter(({ wires, untilNs, done }) => {
      const without = this.#wires.withoutCarrier(wires);
      if (without.length > 0 && nowNs < untilNs) return true;
      const names = without.map(({ spec }) => `${spec.node}:${spec.interface}`);
      done(without.length === 0 ? undefined : `no carrier at ${names.join(', ')}`);
      return false;
    });
  }
}
