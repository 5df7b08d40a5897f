import type { Frame } from '../observe/decode/frame.ts';
import { frameSummary } from '../observe/decode/decode.ts';
import type { EventLog } from './event-log.ts';

/** Far more than protocols say, far fewer than go round in a loop (millions of adverts: half a gigabyte of events). */
const MOST_PER_SECOND = 100;

interface Flood {
  second: number;
  written: number;
  leftOut: number;
  sinceNs: number;
}

/**
 * Control frames as events, up to a number a second on each end of a wire; beyond that only how many there were.
 * Observers are given all of them, whatever is written here.
 */
export class FrameLog {
  readonly #log: EventLog;
  readonly #floods = new Map<string, Flood & Pick<Frame, 'link' | 'direction' | 'stage'>>();

  constructor(log: EventLog) {
    this.#log = log;
  }

  add(frame: Frame): void {
    const { tNs, link, direction, stage } = frame;
    const key = `${link} ${direction} ${stage}`;
    const second = Math.floor(tNs / 1e9);
    let flood = this.#floods.get(key);
    if (flood === undefined) {
      flood = { link, direction, stage, second, written: 0, leftOut: 0, sinceNs: tNs };
      this.#floods.set(key, flood);
    }
    if (second > flood.second) {
      this.#close(flood, tNs);
      Object.assign(flood, { second, written: 0 });
    }
    if (flood.written >= MOST_PER_SECOND) {
      if (flood.leftOut === 0) flood.sinceNs = tNs;
      flood.leftOut += 1;
      return;
    }
    flood.written += 1;
    const { protocol } = frame.body;
    const summary = frameSummary(frame);
    this.#log.add(tNs, { type: 'frame', protocol, link, direction, stage, summary });
  }

  /** Say what was left out so far. */
  close(nowNs: number): void {
    for (const flood of this.#floods.values()) this.#close(flood, nowNs);
  }

  #close(flood: Flood & Pick<Frame, 'link' | 'direction' | 'stage'>, tNs: number): void {
    if (flood.leftOut === 0) return;
    const { link, direction, stage, leftOut: count, sinceNs } = flood;
    this.#log.add(tNs, { type: 'frames-left-out', link, direction, stage, count, since: sinceNs });
    flood.leftOut = 0;
  }
}
