import type { StampConverter } from '../host/clock.ts';
import { DatagramReceiver } from '../host/datagram-receiver.ts';
import { attempt, lastErrno } from '../host/libc.ts';
import type { BeatSpec, RoomReport } from './room.ts';

const BATCH = 128;
/** sequence numbers are near the start of a packet; the rest is not read */
const DATA_BYTES = 128;
const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;
const EAGAIN = 11;
/** a socket reports each error once; more in a row than packets in flight means that it is of no use */
const MAX_ERRORS = 1000;

type BeatsReport = Extract<RoomReport, { type: 'beats' }>;

/** A growing column of numbers that is handed over as a typed array. */
class Column {
  #values = new Float64Array(256);
  length = 0;

  push(value: number): void {
    if (this.length === this.#values.length) {
      const larger = new Float64Array(2 * this.length);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.length++] = value;
  }

  /** What is in it; afterwards it is empty. */
  take(): Float64Array {
    const taken = this.#values.slice(0, this.length);
    this.length = 0;
    return taken;
  }
}

/**
 * In the warp clock reading the time takes 20 us of it, and sending none: one reading does for all packets that are
 * due. Elsewhere it is the other way round.
 */
const DEAR_CLOCK_NS = 10e3;

interface Beat {
  readonly spec: BeatSpec;
  readonly packet: Buffer;
  nextNs: number;
  nextDrainNs: number;
  nextSequence: number;
  firstUnreported: number;
  maxLateNs: number;
  sendErrors: { sequence: number; errno: number }[];
  readonly sent: Column;
  readonly receivedSequence: Column;
  readonly received: Column;
}

/** Probe packets: sent at absolute deadlines, received lazily; the kernel's time stamps make that harmless. */
export class RoomBeats {
  readonly #clock: StampConverter;
  readonly #now: () => number;
  readonly #clockIsDear: boolean;
  readonly #beats = new Map<string, Beat>();
  readonly #receiver = new DatagramReceiver({ batch: BATCH, dataBytes: DATA_BYTES, nameBytes: 0 });
  /** the earliest deadline of all beats; Infinity without any */
  nextNs: number = Infinity;

  constructor(clock: StampConverter, now: () => number) {
    this.#clock = clock;
    this.#now = now;
    const before = now();
    this.#clockIsDear = now() - before > DEAR_CLOCK_NS;
  }

  start(spec: BeatSpec, nowNs: number): void {
    // deadlines that are over already are not made up for
    const missed = Math.max(0, Math.ceil((nowNs - spec.firstAtNs) / spec.intervalNs));
    const nextNs = spec.firstAtNs + missed * spec.intervalNs;
    this.#beats.set(spec.id, {
      spec,
      packet: Buffer.from(spec.packet),
      nextNs,
      nextDrainNs: nextNs + spec.drainEveryNs,
      nextSequence: 0,
      firstUnreported: 0,
      maxLateNs: 0,
      sendErrors: [],
      sent: new Column(),
      receivedSequence: new Column(),
      received: new Column(),
    });
    this.#plan();
  }

  stop(id: string, report: (report: RoomReport) => void): void {
    const beat = this.#beats.get(id);
    if (beat === undefined) return;
    this.#drain(beat, report);
    this.#beats.delete(id);
    this.#plan();
  }

  /** Send what is due, and take in and report what has been received, where it is time for that. */
  act(nowNs: number, report: (report: RoomReport) => void): void {
    for (const beat of this.#beats.values()) {
      while (beat.nextNs <= nowNs) this.#send(beat, this.#clockIsDear ? nowNs : this.#now());
      if (beat.nextDrainNs <= nowNs) {
        beat.nextDrainNs += beat.spec.drainEveryNs;
        this.#drain(beat, report);
      }
    }
    this.#plan();
  }

  #plan(): void {
    this.nextNs = Infinity;
    for (const beat of this.#beats.values()) this.nextNs = Math.min(this.nextNs, beat.nextNs);
  }

  #send(beat: Beat, atNs: number): void {
    const { spec, packet } = beat;
    const sequence = beat.nextSequence++;
    packet.writeUInt32BE(sequence, spec.sendOffset);
    const flags = MSG_DONTWAIT | MSG_NOSIGNAL;
    if (attempt.send(spec.sendFd, packet, packet.length, flags) < 0) {
      beat.sendErrors.push({ sequence, errno: lastErrno() });
    }
    beat.sent.push(atNs);
    beat.maxLateNs = Math.max(beat.maxLateNs, atNs - beat.nextNs);
    beat.nextNs += spec.intervalNs;
  }

  #drain(beat: Beat, report: (report: RoomReport) => void): void {
    const completeToNs = this.#now();
    this.#receive(beat);
    const firstSequence = beat.firstUnreported;
    const sentNs = beat.sent.take();
    const receivedSequence = Uint32Array.from(beat.receivedSequence.take());
    const receivedNs = beat.received.take();
    const { sendErrors, maxLateNs } = beat;
    beat.firstUnreported = beat.nextSequence;
    beat.sendErrors = [];
    beat.maxLateNs = 0;
    const of = { type: 'beats', id: beat.spec.id, firstSequence, completeToNs, maxLateNs } as const;
    report({ ...of, sentNs, sendErrors, receivedSequence, receivedNs } satisfies BeatsReport);
  }

  #receive(beat: Beat): void {
    const { receiveFd, receiveOffset } = beat.spec;
    const receiver = this.#receiver;
    for (let errors = 0; errors < MAX_ERRORS;) {
      const count = receiver.receive(receiveFd);
      if (count < 0) {
        // an error that ICMP brought back (connection refused, ...): the next call gives packets again
        if (lastErrno() === EAGAIN) return;
        errors++;
        continue;
      }
      for (let k = 0; k < count; k++) {
        if (receiver.length(k) < receiveOffset + 4) continue;
        const stamp = receiver.stampOffset(k);
        if (stamp < 0) continue;
        const sequence = receiver.data.readUInt32BE(receiver.dataOffset(k) + receiveOffset);
        beat.receivedSequence.push(sequence);
        beat.received.push(this.#clock.labNs(receiver.control, stamp));
      }
      if (count < BATCH) return;
    }
  }
}

/** The buffers of reports that can be handed over instead of copied. */
export function transferable(reports: readonly RoomReport[]): ArrayBuffer[] {
  return reports.flatMap((report) => {
    if (report.type === 'frame') return [report.bytes.buffer as ArrayBuffer];
    if (report.type !== 'beats') return [];
    const { sentNs, receivedSequence, receivedNs } = report;
    return [sentNs, receivedSequence, receivedNs].map(({ buffer }) => buffer as ArrayBuffer);
  });
}
