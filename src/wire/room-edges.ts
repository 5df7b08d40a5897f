import type { RoomEdge } from './room.ts';

/** Edges that are not yet due, in order of time; equal times in the order in which they were given. */
export class RoomEdges {
  #waiting: RoomEdge[] = [];

  /** Infinity without any. */
  get nextNs(): number {
    return this.#waiting[0]?.atNs ?? Infinity;
  }

  add(edge: RoomEdge): void {
    const at = this.#waiting.findLastIndex((other) => other.atNs <= edge.atNs);
    this.#waiting.splice(at + 1, 0, edge);
  }

  /** The first one that is due, if one is. */
  takeDue(nowNs: number): RoomEdge | undefined {
    return this.nextNs <= nowNs ? this.#waiting.shift() : undefined;
  }

  clear(): void {
    this.#waiting = [];
  }
}
