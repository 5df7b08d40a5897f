import type { Wire } from './room-wire.ts';
import type { RoomWires } from './room-wires.ts';

/** Carrier comes within milliseconds. When no more ends get it for so long, they never will: a large lab takes its time. */
const WITHIN_NS = 5e9;

interface Waiting {
  readonly wires: readonly Wire[];
  /** how many ends had no carrier when they were last looked at */
  without: number;
  untilNs: number;
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
    this.#waiting.push({ wires, without: Infinity, untilNs: nowNs + WITHIN_NS, done });
    this.look(nowNs);
  }

  /** To be called when links have changed or somebody's time is over. */
  look(nowNs: number): void {
    this.#waiting = this.#waiting.filter((waiting) => {
      const without = this.#wires.withoutCarrier(waiting.wires);
      if (without.length > 0 && without.length < waiting.without) {
        waiting.untilNs = nowNs + WITHIN_NS;
        waiting.without = without.length;
      }
      if (without.length > 0 && nowNs < waiting.untilNs) return true;
      const names = without.map(({ spec }) => `${spec.node}:${spec.interface}`);
      waiting.done(without.length === 0 ? undefined : `no carrier at ${names.join(', ')}`);
      return false;
    });
  }
}
