import {
  concerns,
  type AskedPart,
  type ExpectedPassage,
  type LinkRate,
  type Passage,
} from './expected-passage.ts';
import { heldDelay } from './stage-delay.ts';
import { BAND_MASK } from './steering.ts';

/** A frame where it left a direction. */
export interface FrameLeft {
  readonly tNs: number;
  /** the beginning of it: equal frames cannot be told apart */
  readonly key: string;
  readonly bytes: number;
  readonly mark: number;
}

/** What was expected of frames that entered from then on. */
export interface Epoch {
  readonly fromNs: number;
  readonly untilNs: number;
  readonly expected: ExpectedPassage | undefined;
}

/** What is made of the frames. */
export interface GaugeSink {
  /** a frame of a fault passed */
  saw(part: AskedPart): void;
  /** `weight`: by how much of a longer delay a frame like this is later, 1 where nothing held it up */
  delay(part: AskedPart, offNs: number, varianceNs2: number, weight: number): void;
  rate(part: AskedPart, bytes: number, ns: number): void;
  /** the window is over */
  close(): void;
}

interface Entered {
  readonly tNs: number;
  times: number;
}

/** A frame that leaves by its own time less often than this tells too little. */
const LEAST_FREE = 0.05;
/** A timer that is late gives the bucket tokens; within this a frame counts as one that waited for them. */
const LATE_NS = 1e6;

/**
 * Frames of one direction in an interval of time, where they entered and where they left: how late each is, where
 * nothing but the impairments can have held it up.
 */
export class GaugeWindow {
  /** frames that entered before it may have twins that entered before the window did */
  readonly #samplesFromNs: number;
  readonly #entered = new Map<string, Entered>();
  readonly #left: FrameLeft[] = [];
  readonly #timesLeft = new Map<string, number>();

  constructor(samplesFromNs: number) {
    this.#samplesFromNs = samplesFromNs;
  }

  entered(tNs: number, key: string): void {
    const known = this.#entered.get(key);
    if (known === undefined) this.#entered.set(key, { tNs, times: 1 });
    else known.times++;
  }

  left(frame: FrameLeft): void {
    this.#left.push(frame);
    this.#timesLeft.set(frame.key, (this.#timesLeft.get(frame.key) ?? 0) + 1);
  }

  /** @param epochs in order of time, not overlapping */
  evaluate(epochs: readonly Epoch[], sink: GaugeSink): void {
    const reader = new Reader(epochs, sink, this.#samplesFromNs);
    for (const frame of this.#left) reader.frame(frame, this.#enteredAt(frame.key));
    sink.close();
  }

  /** undefined: it was not seen, or it has a twin */
  #enteredAt(key: string): number | undefined {
    const entered = this.#entered.get(key);
    return entered?.times === 1 && this.#timesLeft.get(key) === 1 ? entered.tNs : undefined;
  }
}

class Reader {
  readonly #epochs: readonly Epoch[];
  readonly #sink: GaugeSink;
  readonly #samplesFromNs: number;
  #lastLeftNs = -Infinity;
  readonly #lastByMark = new Map<number, number>();
  /** tokens that the link's bucket has at least; it may have been empty when the window began */
  #tokens = 0;
  #tokensAtNs: number | undefined;
  #link: LinkRate | undefined;
  #waitedOnLink = false;
  readonly #waitedInBand = new Set<number>();

  constructor(epochs: readonly Epoch[], sink: GaugeSink, samplesFromNs: number) {
    this.#epochs = epochs;
    this.#sink = sink;
    this.#samplesFromNs = samplesFromNs;
  }

  frame(frame: FrameLeft, enteredNs: number | undefined): void {
    const mark = frame.mark & BAND_MASK;
    const out = this.#epochAt(frame.tNs);
    const enough = this.#spend(frame, out?.link);
    const expected = enteredNs === undefined ? undefined : this.#epochAt(enteredNs);
    const passage = expected?.byMark.get(mark);
    if (enteredNs !== undefined && expected !== undefined && passage !== undefined) {
      if (enteredNs >= this.#samplesFromNs) {
        for (const part of partsOf(expected, mark)) this.#sink.saw(part);
        if (enough) this.#readDelay(frame, enteredNs, expected, passage);
      }
      this.#readRates(frame, enteredNs, passage, out);
    } else {
      this.#waitedOnLink = false;
      this.#waitedInBand.delete(mark);
    }
    this.#lastLeftNs = frame.tNs;
    this.#lastByMark.set(mark, frame.tNs);
  }

  #epochAt(ns: number): ExpectedPassage | undefined {
    return this.#epochs.findLast(({ fromNs, untilNs }) => fromNs <= ns && ns <= untilNs)?.expected;
  }

  /** Had the link's bucket more than enough for this frame? Then the link did not hold it up. */
  #spend({ tNs, bytes }: FrameLeft, link: LinkRate | undefined): boolean {
    if (link?.rateBitPerSec !== this.#link?.rateBitPerSec) {
      this.#link = link;
      this.#tokens = 0;
      this.#tokensAtNs = undefined;
    }
    if (link === undefined) return false;
    const bytesPerNs = link.rateBitPerSec / 8e9;
    const sinceNs = this.#tokensAtNs === undefined ? 0 : tNs - this.#tokensAtNs;
    const tokens = Math.min(link.burstBytes, this.#tokens + bytesPerNs * sinceNs);
    this.#tokens = Math.max(0, tokens - bytes);
    this.#tokensAtNs = tNs;
    return tokens >= bytes + Math.min(link.burstBytes / 2, bytesPerNs * LATE_NS);
  }

  /**
   * netem keeps the order of frames: what is expected of one that the frame before it may hold up is the later of both
   * their times. What held it up was known before its own delay was drawn, so what is off is chance, or the delay.
   */
  #readDelay(frame: FrameLeft, enteredNs: number, expected: ExpectedPassage, passage: Passage): void {
    const mark = frame.mark & BAND_MASK;
    const { delay, isReadable, rateBitPerSec } = passage;
    if (!isReadable) return;
    const behind = mark === 0 ? this.#lastLeftNs : (this.#lastByMark.get(mark) ?? -Infinity);
    if (mark === 0 && behind > enteredNs + delay.leastNs) {
      this.#readHeld(frame, enteredNs, expected, behind - enteredNs);
      return;
    }
    if (behind > enteredNs + delay.leastNs) return;
    if (expected.whole.mostNs > 0 && this.#lastLeftNs > enteredNs + expected.whole.leastNs) return;
    const sendingNs = rateBitPerSec > 0 ? (frame.bytes * 8e9) / rateBitPerSec : 0;
    const offNs = frame.tNs - enteredNs - delay.meanNs - sendingNs;
    for (const part of partsOf(expected, mark)) {
      if (part.delayNs > 0) this.#sink.delay(part, offNs, delay.varianceNs2, 1);
    }
  } // prettier-ignore

  #readHeld(
    frame: FrameLeft,
    enteredNs: number,
    { wholeStage, parts }: ExpectedPassage,
    heldNs: number,
  ): void {
    const { meanNs, varianceNs2, free } = heldDelay(wholeStage, heldNs);
    if (free < LEAST_FREE) return;
    const offNs = frame.tNs - enteredNs - meanNs;
    for (const part of parts) {
      if (part.bit === null && part.delayNs > 0) this.#sink.delay(part, offNs, varianceNs2, free);
    }
  }

  /** Frames that were there before the one before them left: what is between them is the rate. */
  #readRates(
    frame: FrameLeft,
    enteredNs: number,
    passage: Passage,
    out: ExpectedPassage | undefined,
  ): void {
    const mark = frame.mark & BAND_MASK;
    const readyNs = enteredNs + passage.delay.mostNs;
    const inBand = passage.rateBitPerSec > 0;
    const waitedOnLink = !inBand && readyNs <= this.#lastLeftNs;
    const behindNs = this.#lastByMark.get(mark) ?? -Infinity;
    const waitedInBand = inBand && readyNs <= behindNs;
    for (const part of out === undefined ? [] : partsOf(out, mark)) {
      if (part.rateBitPerSec === 0) continue;
      if (part.bit === null && waitedOnLink && this.#waitedOnLink)
        this.#sink.rate(part, frame.bytes, frame.tNs - this.#lastLeftNs);
      if (part.bit !== null && waitedInBand && this.#waitedInBand.has(mark))
        this.#sink.rate(part, frame.bytes, frame.tNs - behindNs);
    }
    // of the first that waits it is not known how many tokens were left: it begins a run when it lacked some
    const link = out?.link.rateBitPerSec ?? 0;
    const lacked = (frame.tNs - this.#lastLeftNs) * link >= frame.bytes * 4e9;
    this.#waitedOnLink = waitedOnLink && (this.#waitedOnLink || lacked);
    if (waitedInBand) this.#waitedInBand.add(mark);
    else this.#waitedInBand.delete(mark);
  }
}

function partsOf({ parts }: ExpectedPassage, mark: number): readonly AskedPart[] {
  return parts.filter((part) => concerns(part, mark));
}
