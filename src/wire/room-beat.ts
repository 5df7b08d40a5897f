import type { StampConverter } from '../host/clock.ts';
import { DatagramReceiver } from '../host/datagram-receiver.ts';
import { ERRNO, lastErrno } from '../host/libc.ts';
import { MSG } from '../host/socket.ts';
import type { BeatSpec, RoomReport } from './room.ts';

const BATCH = 128;
/** sequence numbers are near the start of a packet; the rest is not read */
const DATA_BYTES = 128;
/** a socket reports each error once; more in a row than packets in flight means that it is of no use */
const MAX_ERRORS = 1000;
/** of a probe's packet: its deadline waits for nobody */
export const SEND_FLAGS: number = MSG.DONTWAIT | MSG.NOSIGNAL;

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

/** One stream of packets: what is yet to be sent, and what has not been reported. */
export class RoomBeat {
  readonly spec: BeatSpec;
  readonly packet: Buffer;
  nextNs: number;
  nextDrainNs: number;
  nextSequence = 0;
  /** no more is to be sent; it ends with its last report */
  stopping = false;
  #reported = 0;
  #maxLateNs = 0;
  #sendErrors: { sequence: number; errno: number }[] = [];
  readonly #sent = new Column();
  readonly #receivedSequence = new Column();
  readonly #received = new Column();

  /** Deadlines before `fromNs` are not made up for. */
  constructor(spec: BeatSpec, fromNs: number) {
    this.spec = spec;
    this.packet = Buffer.from(spec.packet);
    const missed = Math.max(0, Math.ceil((fromNs - spec.firstAtNs) / spec.intervalNs));
    this.nextNs = spec.firstAtNs + missed * spec.intervalNs;
    this.nextDrainNs = this.nextNs + spec.drainEveryNs;
  }

  /** The sequence number of the packet that is due next; then the one after is. */
  take(): number {
    this.nextNs += this.spec.intervalNs;
    return this.nextSequence++;
  }

  sentAt(atNs: number, lateNs: number): void {
    this.#sent.push(atNs);
    this.#maxLateNs = Math.max(this.#maxLateNs, lateNs);
  }

  failed(sequence: number, errno: number): void {
    this.#sendErrors.push({ sequence, errno });
  }

  receivedAt(sequence: number, atNs: number): void {
    this.#receivedSequence.push(sequence);
    this.#received.push(atNs);
  }

  /**
   * All since the last report. What was received of a train that is still running waits until its sending is reported:
   * nobody could know what to make of it.
   */
  report(completeToNs: number, isLast: boolean): RoomReport {
    const firstSequence = this.#reported;
    const sentNs = this.#sent.take();
    this.#reported += sentNs.length;
    const sendErrors = this.#sendErrors;
    const maxLateNs = this.#maxLateNs;
    this.#sendErrors = [];
    this.#maxLateNs = 0;
    const { sequences, times } = this.#takeReceived();
    return {
      type: 'beats',
      id: this.spec.id,
      firstSequence,
      sentNs,
      sendErrors,
      receivedSequence: Uint32Array.from(sequences),
      receivedNs: times,
      completeToNs,
      maxLateNs,
      isLast,
    };
  }

  #takeReceived(): { sequences: Float64Array; times: Float64Array } {
    const sequences = this.#receivedSequence.take();
    const times = this.#received.take();
    const isKnown = (sequence: number | undefined): boolean => (sequence ?? 0) < this.#reported;
    if (sequences.every(isKnown)) return { sequences, times };
    for (const [k, sequence] of sequences.entries()) {
      if (!isKnown(sequence)) this.receivedAt(sequence, times[k] ?? 0);
    }
    return {
      sequences: sequences.filter(isKnown),
      times: times.filter((_, k) => isKnown(sequences[k])),
    };
  }
}

/** Takes received packets out of the sockets of beats. */
export class BeatReceiver {
  readonly #clock: StampConverter;
  readonly #receiver: DatagramReceiver = new DatagramReceiver({
    batch: BATCH,
    dataBytes: DATA_BYTES,
    nameBytes: 0,
  });

  constructor(clock: StampConverter) {
    this.#clock = clock;
  }

  /** Everything that waits in the socket. */
  receive(beat: RoomBeat): void {
    const { receiveFd, receiveOffset } = beat.spec;
    const receiver = this.#receiver;
    for (let errors = 0; errors < MAX_ERRORS;) {
      const count = receiver.receive(receiveFd);
      if (count < 0) {
        // an error that ICMP brought back (connection refused, ...): the next call gives packets again
        if (lastErrno() === ERRNO.EAGAIN) return;
        errors++;
        continue;
      }
      for (let k = 0; k < count; k++) {
        if (receiver.length(k) < receiveOffset + 4) continue;
        const stamp = receiver.stampOffset(k);
        if (stamp < 0) continue;
        const sequence = receiver.data.readUInt32BE(receiver.dataOffset(k) + receiveOffset);
        beat.receivedAt(sequence, this.#clock.labNs(receiver.control, stamp));
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
