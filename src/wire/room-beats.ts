import type { StampConverter } from '../host/clock.ts';
import type { Epoll } from '../host/epoll.ts';
import { attempt, lastErrno } from '../host/libc.ts';
import { BeatReceiver, RoomBeat, SEND_FLAGS } from './room-beat.ts';
import { RoomTrain } from './room-train.ts';
import type { BeatSpec, RoomOptions, RoomReport } from './room.ts';

/** how far ahead; a beat that starts or stops waits for the end of it */
const TRAIN_NS = 100e6;

export interface BeatsContext {
  readonly clock: StampConverter;
  readonly now: () => number;
  readonly epoll: Epoll;
  readonly originNs: number;
  readonly options: RoomOptions;
}

/** Probe packets: sent at absolute deadlines, received lazily; the kernel's time stamps make that harmless. */
export class RoomBeats {
  readonly #now: () => number;
  readonly #receiver: BeatReceiver;
  readonly #train: RoomTrain | undefined;
  #beats: readonly RoomBeat[] = [];
  /** when to act; Infinity: not before a train arrives */
  nextNs: number = Infinity;

  constructor({ clock, now, epoll, originNs, options }: BeatsContext) {
    this.#now = now;
    this.#receiver = new BeatReceiver(clock);
    if (options.sendAhead) this.#train = trainIfThereIs(epoll, originNs);
  }

  /** Waits instead of the epoll that it was given, which it does not miss. undefined: sends are made in `act`. */
  get train(): RoomTrain | undefined {
    return this.#train;
  }

  /** It is time for `act`. */
  isDue(nowNs: number): boolean {
    return this.nextNs <= nowNs || this.#train?.arrived === true;
  }

  start(spec: BeatSpec, nowNs: number): void {
    this.#beats = [
      ...this.#beats.filter(({ spec: { id } }) => id !== spec.id),
      new RoomBeat(spec, nowNs),
    ];
    this.#plan(nowNs);
  }

  /** What is on its way is sent and reported, nothing more. */
  stop(id: string, nowNs: number, report: (report: RoomReport) => void): void {
    for (const beat of this.#beats) if (beat.spec.id === id) beat.stopping = true;
    this.act(nowNs, report);
  }

  /** Send what is due, and take in and report what has been received, where it is time for that. */
  act(nowNs: number, report: (report: RoomReport) => void): void {
    if (this.#train === undefined) for (const beat of this.#beats) this.#sendDue(beat, nowNs);
    else if (this.#train.arrived) this.#train.arrive(nowNs);
    this.#plan(nowNs);
    for (const beat of this.#beats) {
      const ends = beat.stopping && this.#train?.carries(beat) !== true;
      if (!ends && beat.nextDrainNs > nowNs) continue;
      beat.nextDrainNs += beat.spec.drainEveryNs;
      this.#drain(beat, report, ends);
      if (ends) this.#beats = this.#beats.filter((other) => other !== beat);
    }
  }

  /** In a train beats that stop are on board until it is there: what is planned for them can't be called back. */
  #plan(nowNs: number): void {
    const going = this.#beats.filter(({ stopping }) => !stopping);
    const first = Math.min(Infinity, ...going.map(({ nextNs }) => nextNs));
    this.nextNs = first;
    if (this.#train === undefined) return;
    if (this.#train.running) this.nextNs = Infinity;
    else if (first > nowNs + TRAIN_NS) this.nextNs = first - TRAIN_NS / 2;
    else {
      this.#train.plan(going, nowNs, first + TRAIN_NS);
      this.nextNs = Infinity;
    }
  }

  #sendDue(beat: RoomBeat, nowNs: number): void {
    const { packet } = beat;
    const { sendOffset, sendFd } = beat.spec;
    while (beat.nextNs <= nowNs && !beat.stopping) {
      const dueNs = beat.nextNs;
      const sequence = beat.take();
      packet.writeUInt32BE(sequence, sendOffset);
      const atNs = this.#now();
      if (attempt.send(sendFd, packet, packet.length, SEND_FLAGS) < 0) {
        beat.failed(sequence, lastErrno());
      }
      beat.sentAt(atNs, atNs - dueNs);
    }
  }

  /** A train that runs has packets of which it is not yet known that they were sent: complete up to its start only. */
  #drain(beat: RoomBeat, report: (report: RoomReport) => void, isLast: boolean): void {
    const completeToNs = Math.min(this.#now(), this.#train?.completeToNs ?? Infinity);
    this.#receiver.receive(beat);
    report(beat.report(completeToNs, isLast));
  }

  close(): void {
    this.#train?.close();
  }
}

/** A kernel may lack io_uring or forbid it; then each packet costs its system call. */
function trainIfThereIs(epoll: Epoll, originNs: number): RoomTrain | undefined {
  try {
    return new RoomTrain(epoll, originNs);
  } catch {
    return undefined;
  }
}
