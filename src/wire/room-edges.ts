import type { RoomEdge } from './room.ts';

/** Edges that are not yet due, in order of time; equal times in the order in which they were given. */
export class RoomEdges {
  #waiting: RoomEdge[] = [];
  /** keys of edges that were taken */
  readonly #taken = new Set<string>();

  /** Infinity without any. */
  get nextNs(): number {
    return this.#waiting[0]?.atNs ?? Infinity;
  }

  add(edge: RoomEdge): void {
    const at = this.#waiting.findLastIndex((other) => other.atNs <= edge.atNs);
    this.#waiting.splice(at + 1, 0, edge);
  }

  /**
   * These instead of those that wait. One that should have been before now and was not, because nobody knew of it, is
   * to do what is wanted now: what was wanted then may be over.
   */
  replace(edges: readonly RoomEdge[], nowNs: number): void {
    const latest = edges.findLast(({ atNs }) => atNs <= nowNs);
    this.#waiting = edges
      .filter((edge) => !this.#taken.has(keyOf(edge)))
      .map((edge) => (edge.atNs <= nowNs && latest ? { ...edge, wants: latest.wants } : edge));
  }

  /** The next ones. */
  first(count: number): readonly RoomEdge[] {
    return this.#waiting.slice(0, count);
  }

  /** The first one that is due, if one is. */
  takeDue(nowNs: number): RoomEdge | undefined {
    if (this.nextNs > nowNs) return undefined;
    const edge = this.#waiting.shift();
    if (edge !== undefined) this.#taken.add(keyOf(edge));
    return edge;
  }
}

function keyOf({ id, key }: RoomEdge): string {
  return key ?? id;
}
