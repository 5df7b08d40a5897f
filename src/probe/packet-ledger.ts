import { PacketRing, PACKET } from './packet-ring.ts';
import { NS_PER_S } from './traffic.ts';

/** What became of packets since the last report; the room's 'beats' reports are of this shape. Lab ns. */
export interface PacketBatch {
  /** sequence numbers are consecutive from here */
  readonly firstSequence: number;
  readonly sentNs: Float64Array;
  readonly sendErrors: readonly { readonly sequence: number }[];
  readonly receivedSequence: Uint32Array;
  readonly receivedNs: Float64Array;
  /** whatever was sent before this moment, or received before it, is in this batch or an earlier one */
  readonly completeToNs: number;
}

export interface LedgerOptions {
  /** a packet that takes longer is lost */
  readonly timeoutNs: number;
  /** ok while lost / sent over the window is below it */
  readonly lossBelow: number;
  /** the trailing window (from - window, now], by time of sending; 0: each packet by itself */
  readonly windowNs: number;
}

/** Packets sent in [startNs, endNs); lost is what was sent and not received in time. */
export interface PacketSecond {
  readonly startNs: number;
  readonly endNs: number;
  readonly sent: number;
  readonly received: number;
  /** arrived, but after the timeout: lost as well */
  readonly late: number;
  readonly delayMinNs: number | null;
  readonly delayMeanNs: number | null;
  readonly delayMaxNs: number | null;
}

/** `sentNs`: from when it is so (a time of sending); `knownNs`: when that was known. */
export interface LedgerSink {
  ok(value: boolean, sentNs: number, knownNs: number): void;
  answered(value: boolean, sentNs: number, knownNs: number): void;
  /** the fate of each packet of this second is known (`late` is not yet complete) */
  decided(second: PacketSecond, knownNs: number): void;
  /** nothing more is expected of this second */
  closed(second: PacketSecond, knownNs: number): void;
}

interface OpenSecond {
  readonly startNs: number;
  sent: number;
  received: number;
  late: number;
  delayMinNs: number;
  delayMaxNs: number;
  delaySumNs: number;
  decided: boolean;
}

/** A second stays open for late packets for so many timeouts. */
const LATE_TIMEOUTS = 2;

/**
 * The account of a stream of numbered packets. Packets are judged in the order of their sending: a packet is lost
 * when it could not be sent, or has not arrived within the timeout. Duplicates count once. Work is per batch, over
 * typed arrays; memory is what the window, the timeout and the open seconds need.
 */
export class PacketLedger {
  readonly #options: LedgerOptions;
  readonly #sink: LedgerSink;
  readonly #packets: PacketRing = new PacketRing();
  #seconds: OpenSecond[] = [];
  /** the first packet whose fate is not known */
  #cursor = 0;
  /** the first packet of the trailing window, and what is in it up to the cursor */
  #windowFirst = 0;
  #windowSent = 0;
  #windowLost = 0;
  #windowFull: boolean;
  #lastOk: boolean | null = null;
  #lastAnswered: boolean | null = null;

  constructor(options: LedgerOptions, sink: LedgerSink) {
    this.#options = options;
    this.#sink = sink;
    this.#windowFull = options.windowNs === 0;
  }

  add(batch: PacketBatch): void {
    if (batch.firstSequence !== this.#packets.end) {
      throw new Error(`packet ${this.#packets.end} expected, not ${batch.firstSequence}`);
    }
    for (const sentNs of batch.sentNs) {
      this.#packets.push(sentNs);
      this.#openSecond(sentNs).sent += 1;
    }
    for (const { sequence } of batch.sendErrors) this.#packets.setState(sequence, PACKET.lost);
    for (let i = 0; i < batch.receivedSequence.length; i += 1) {
      this.#receive(batch.receivedSequence[i] ?? 0, batch.receivedNs[i] ?? 0);
    }
    this.#decide(batch.completeToNs);
    this.#reportSeconds(batch.completeToNs);
    this.#forget();
  }

  /**
   * The stream is over. Packets that might still arrive in time are taken out of the account: they are neither lost
   * nor received.
   */
  finish(nowNs: number): void {
    for (; this.#cursor < this.#packets.end; this.#cursor += 1) {
      if (this.#packets.stateOf(this.#cursor) !== PACKET.pending) {
        this.#judge(this.#cursor, nowNs);
        continue;
      }
      const second = this.#secondOf(this.#packets.sentNsOf(this.#cursor));
      if (second !== undefined) second.sent -= 1;
      this.#packets.setState(this.#cursor, PACKET.none);
    }
    for (const second of this.#seconds) this.#sink.closed(summary(second), nowNs);
    this.#seconds = [];
  }

  #receive(sequence: number, receivedNs: number): void {
    const packets = this.#packets;
    const state = packets.stateOf(sequence);
    if (state !== PACKET.pending && state !== PACKET.lost) return; // forgotten, or a duplicate
    const sentNs = packets.sentNsOf(sequence);
    const delayNs = receivedNs - sentNs;
    const second = this.#secondOf(sentNs);
    if (second === undefined) return;
    if (state === PACKET.lost || delayNs > this.#options.timeoutNs) {
      packets.setState(sequence, PACKET.late);
      second.late += 1;
      return;
    }
    packets.setState(sequence, PACKET.received);
    second.received += 1;
    second.delaySumNs += delayNs;
    if (delayNs < second.delayMinNs) second.delayMinNs = delayNs;
    if (delayNs > second.delayMaxNs) second.delayMaxNs = delayNs;
  }

  #decide(completeToNs: number): void {
    const packets = this.#packets;
    for (; this.#cursor < packets.end; this.#cursor += 1) {
      if (packets.stateOf(this.#cursor) === PACKET.pending) {
        const dueNs = packets.sentNsOf(this.#cursor) + this.#options.timeoutNs;
        if (completeToNs <= dueNs) return;
        packets.setState(this.#cursor, PACKET.lost);
      }
      this.#judge(this.#cursor, completeToNs);
    }
  }

  #judge(sequence: number, knownNs: number): void {
    const answered = this.#packets.stateOf(sequence) === PACKET.received;
    const sentNs = this.#packets.sentNsOf(sequence);
    if (answered !== this.#lastAnswered) {
      this.#lastAnswered = answered;
      this.#sink.answered(answered, sentNs, knownNs);
    }
    const ok = this.#options.windowNs === 0 ? answered : this.#windowIsOk(sentNs, answered);
    if (!this.#windowFull || ok === this.#lastOk) return;
    this.#lastOk = ok;
    this.#sink.ok(ok, sentNs, knownNs);
  }

  /** Moves the window so that it ends with this packet. Before the first window is full there is no verdict. */
  #windowIsOk(sentNs: number, answered: boolean): boolean {
    const packets = this.#packets;
    this.#windowSent += 1;
    if (!answered) this.#windowLost += 1;
    while (packets.sentNsOf(this.#windowFirst) <= sentNs - this.#options.windowNs) {
      const state = packets.stateOf(this.#windowFirst);
      this.#windowFull = true;
      this.#windowFirst += 1;
      if (state === PACKET.none) continue; // taken out of the account by finish()
      this.#windowSent -= 1;
      if (state !== PACKET.received) this.#windowLost -= 1;
    }
    return this.#windowLost / this.#windowSent < this.#options.lossBelow;
  }

  #reportSeconds(completeToNs: number): void {
    const { end } = this.#packets;
    const openFromNs = this.#cursor < end ? this.#packets.sentNsOf(this.#cursor) : Infinity;
    for (const second of this.#seconds) {
      const endNs = second.startNs + NS_PER_S;
      if (second.decided || completeToNs < endNs || openFromNs < endNs) continue;
      second.decided = true;
      this.#sink.decided(summary(second), completeToNs);
    }
    const graceNs = NS_PER_S + LATE_TIMEOUTS * this.#options.timeoutNs;
    for (;;) {
      const first = this.#seconds[0];
      if (first === undefined || !first.decided || first.startNs + graceNs > completeToNs) return;
      this.#seconds.shift();
      this.#sink.closed(summary(first), completeToNs);
    }
  }

  #forget(): void {
    const oldestNs = this.#seconds[0]?.startNs ?? Infinity;
    const packets = this.#packets;
    const needed = this.#options.windowNs === 0 ? this.#cursor : this.#windowFirst;
    while (packets.first < needed && packets.sentNsOf(packets.first) < oldestNs) {
      packets.dropFirst();
    }
  }

  /** The second of this moment; seconds in which nothing was sent are there too. */
  #openSecond(sentNs: number): OpenSecond {
    const startNs = Math.floor(sentNs / NS_PER_S) * NS_PER_S;
    const last = this.#seconds.at(-1);
    if (last?.startNs === startNs) return last;
    let nextNs = last === undefined ? startNs : last.startNs + NS_PER_S;
    for (; nextNs <= startNs; nextNs += NS_PER_S) this.#seconds.push(emptySecond(nextNs));
    return this.#seconds.at(-1)!;
  }

  #secondOf(sentNs: number): OpenSecond | undefined {
    const firstNs = this.#seconds[0]?.startNs ?? 0;
    return this.#seconds[Math.floor((sentNs - firstNs) / NS_PER_S)];
  }
}

function emptySecond(startNs: number): OpenSecond {
  const counts = { sent: 0, received: 0, late: 0, delaySumNs: 0 };
  return { startNs, ...counts, delayMinNs: Infinity, delayMaxNs: -Infinity, decided: false };
}

function summary(second: OpenSecond): PacketSecond {
  const { startNs, sent, received, late, delayMinNs, delayMaxNs, delaySumNs } = second;
  const none = received === 0;
  return {
    startNs,
    endNs: startNs + NS_PER_S,
    sent,
    received,
    late,
    delayMinNs: none ? null : delayMinNs,
    delayMeanNs: none ? null : Math.round(delaySumNs / received),
    delayMaxNs: none ? null : delayMaxNs,
  };
}
