import { instance } from './signal-path.ts';
import type { SetSignal } from './seen.ts';

/** What the reducer is fed with; a room's report of type 'traffic' is of this shape. Counters only grow. */
export interface TrafficSeen {
  readonly tNs: number;
  readonly segments: readonly {
    readonly link: string;
    readonly frames: number;
    readonly stormFrames: number;
    readonly overflowed: number;
    readonly amplification: number;
  }[];
}

const COUNTED = [
  ['rate', 'frames'],
  ['storm-rate', 'stormFrames'],
  ['overflow', 'overflowed'],
] as const;

/** Counters in, `<id>.rate`, `<id>.amplification` and so on out. */
export class TrafficReducer {
  readonly #id: string;
  readonly #links: readonly string[];
  readonly #set: SetSignal;
  #last: TrafficSeen | undefined;

  constructor(id: string, links: readonly string[], set: SetSignal) {
    this.#id = id;
    this.#links = links;
    this.#set = set;
  }

  onTraffic(seen: TrafficSeen): void {
    const last = this.#last;
    this.#last = seen;
    this.#amplification(seen);
    if (last === undefined || seen.tNs <= last.tNs) return;
    const seconds = (seen.tNs - last.tNs) / 1e9;
    for (const [name, counter] of COUNTED) {
      let total = 0;
      for (const link of this.#links) {
        const frames = sumOf(seen, link, counter) - sumOf(last, link, counter);
        total += frames;
        this.#put(instance(`${this.#id}.${name}`, link), frames / seconds, seen, last);
      }
      this.#put(`${this.#id}.${name}`, total / seconds, seen, last);
    }
  }

  /** A mean over an interval is true from its start. */
  #put(path: string, perSecond: number, seen: TrafficSeen, last: TrafficSeen): void {
    this.#set(path, rounded(perSecond), seen.tNs, last.tNs);
  }

  /** Per direction: a frame that crosses a segment and comes back on it has gone round. */
  #amplification({ tNs, segments }: TrafficSeen): void {
    let most = 0;
    for (const link of this.#links) {
      const own = segments.filter((each) => each.link === link).map((each) => each.amplification);
      const times = Math.max(0, ...own);
      most = Math.max(most, times);
      this.#set(instance(`${this.#id}.amplification`, link), rounded(times), tNs);
    }
    this.#set(`${this.#id}.amplification`, rounded(most), tNs);
  }
}

function sumOf(
  { segments }: TrafficSeen,
  link: string,
  counter: (typeof COUNTED)[number][1],
): number {
  return segments.reduce((sum, each) => (each.link === link ? sum + each[counter] : sum), 0);
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
