import type { TimelineEdge } from '../fault/expand.ts';
import type { Room, RoomEdge, RoomReport } from '../wire/room.ts';

type EdgeReport = Extract<RoomReport, { type: 'edge' }>;

/**
 * So many edges are with the room at a time: what has to be taken back and sent anew stays small, and the rules of all of
 * them, made ahead (room-rules.ts), are still there when their time comes.
 */
const AHEAD = 200;

interface Keyed {
  readonly edge: TimelineEdge;
  readonly key: string;
}

/**
 * Hands edges to the room ahead of their moments and knows which of them have been applied. The list may be replaced at
 * any time, by another that differs in what is still to come; what has been applied is not done again.
 */
export class EdgeSender {
  readonly #room: Room;
  readonly #originNs: number;
  readonly #done = new Set<string>();
  /** everything that the room may report, by id */
  readonly #sent = new Map<string, Keyed>();
  /** keys of the list in force that have not been applied */
  #open = new Set<string>();
  #unsent: readonly Keyed[] = [];
  #serial = 0;

  constructor(room: Room, originNs: number) {
    this.#room = room;
    this.#originNs = originNs;
  }

  /** All of the list in force has been applied. */
  get isDone(): boolean {
    return this.#open.size === 0;
  }

  /** The edges of the timeline as they stand now, in order of time. */
  replace(edges: readonly TimelineEdge[]): void {
    const keyed = edges.map((edge) => ({ edge, key: keyOf(edge) }));
    const lastDone = keyed.findLastIndex(({ key }) => this.#done.has(key));
    const open = keyed.filter(({ key }) => !this.#done.has(key));
    this.#open = new Set(open.map(({ key }) => key));
    // the last one that was applied goes along: with the faults that are new it says what is wanted now
    const last = lastDone < 0 ? [] : keyed.slice(lastDone, lastDone + 1);
    const inOrder = [...last, ...open].sort((a, b) => a.edge.atNs - b.edge.atNs);
    this.#unsent = inOrder.slice(AHEAD);
    this.#room.replaceEdges(inOrder.slice(0, AHEAD).map((each) => this.#roomEdge(each)));
  }

  /** The edge that was applied, and whether it is one of the list in force; undefined: it is known already. */
  report(
    report: EdgeReport,
  ): { readonly edge: TimelineEdge; readonly isExpected: boolean } | undefined {
    const found = this.#sent.get(report.id);
    if (found === undefined || this.#done.has(found.key)) return undefined;
    this.#sent.delete(report.id);
    this.#done.add(found.key);
    const isExpected = this.#open.delete(found.key);
    this.#sendMore();
    return { edge: found.edge, isExpected };
  }

  #sendMore(): void {
    const ahead = this.#open.size - this.#unsent.length;
    if (this.#unsent.length === 0 || ahead > AHEAD / 2) return;
    for (const each of this.#unsent.slice(0, AHEAD / 2)) this.#room.schedule(this.#roomEdge(each));
    this.#unsent = this.#unsent.slice(AHEAD / 2);
  }

  #roomEdge({ edge, key }: Keyed): RoomEdge {
    const id = String(++this.#serial);
    this.#sent.set(id, { edge, key });
    return { id, key, atNs: this.#originNs + edge.atNs, wants: edge.wants };
  }
}

/** What an edge is for: its moment, and the steps that change there. */
function keyOf({ atNs, changes }: TimelineEdge): string {
  return `${String(atNs)} ${changes.map(({ step, edge }) => `${step} ${edge}`).join(', ')}`;
}

/** Tables of delay distributions take up to 50 ms to make, rules half a millisecond: not at the moment of an edge. */
export function warmUp(room: Room, edges: readonly TimelineEdge[]): void {
  const distinct = new Map(edges.map(({ wants }) => [JSON.stringify(wants), wants]));
  // a trace has more of them: those are made as its edges are sent
  for (const each of [...distinct.values()].slice(0, AHEAD)) if (each.length > 0) room.warmUp(each);
}
