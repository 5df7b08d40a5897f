import { writeTimespec } from '../host/clock.ts';
import type { Epoll } from '../host/epoll.ts';
import { IoUring } from '../host/io-uring.ts';
import { MappedMemory } from '../host/mapped-memory.ts';
import { type RoomBeat, SEND_FLAGS } from './room-beat.ts';

const ENTRIES = 1024;
/** other than those of sends, which are their places in the chain */
const TAG = { POLL: 0xffff_ffff, TIMEOUT: 0xffff_fffe, ARRIVED: 0xffff_fffd } as const;

/**
 * Packets of the next tenth of a second, given to the kernel as one chain of "wait until, send, send, ...": in the
 * embedded kernel a system call takes 20 us and more of wall time, the sending of a packet a tenth of that.
 */
export class RoomTrain {
  /** where chains run; and where this thread waits, for a timeout ends the wait in its own ring */
  readonly #ring = new IoUring(ENTRIES);
  readonly #platform = new IoUring(8);
  readonly #epoll: Epoll;
  readonly #originNs: number;
  /** The chain, a column each: nothing is allocated for a packet. */
  readonly #beats: RoomBeat[] = [];
  readonly #sequences: Uint32Array = new Uint32Array(ENTRIES);
  readonly #atNs: Float64Array = new Float64Array(ENTRIES);
  /** addresses of both are with the kernel while a chain runs */
  readonly #timespecs: MappedMemory = new MappedMemory(16 * ENTRIES);
  #packets: MappedMemory = new MappedMemory(65536);
  #polls = false;
  /** a chain was given to the kernel and has not come to its end */
  running = false;

  /** @throws where there is no io_uring */
  constructor(epoll: Epoll, originNs: number) {
    this.#epoll = epoll;
    this.#originNs = originNs;
  }

  /**
   * Make a chain of what `beats` have to send before `untilNs`, as much of it as there is room for. Deadlines that are
   * over are sent at once.
   */
  plan(beats: readonly RoomBeat[], nowNs: number, untilNs: number): void {
    // the message at the end, and at most one wait for each send
    const most = Math.floor((ENTRIES - 1) / 2);
    let bytes = 0;
    while (this.#beats.length < most) {
      const beat = earliest(beats);
      if (beat === undefined || beat.nextNs >= untilNs) break;
      const k = this.#beats.length;
      this.#atNs[k] = Math.max(nowNs, beat.nextNs);
      this.#sequences[k] = beat.take();
      this.#beats.push(beat);
      bytes += beat.packet.length;
    }
    if (this.#beats.length === 0) return;
    if (bytes > this.#packets.bytes.length) {
      this.#packets.release();
      this.#packets = new MappedMemory(bytes);
    }
    this.#depart();
    this.running = true;
  }

  #depart(): void {
    const { bytes: packets, address: packetsAt } = this.#packets;
    const { bytes: timespecs, address: timespecsAt } = this.#timespecs;
    let offset = 0;
    let waits = 0;
    let lastNs = -Infinity;
    for (const [k, { packet, spec }] of this.#beats.entries()) {
      const atNs = this.#atNs[k] ?? 0;
      if (atNs !== lastNs) {
        writeTimespec(timespecs, 16 * waits, atNs + this.#originNs);
        this.#ring.waitUntil(timespecsAt + 16 * waits, TAG.TIMEOUT);
        waits++;
        lastNs = atNs;
      }
      packets.set(packet, offset);
      packets.writeUInt32BE(this.#sequences[k] ?? 0, offset + spec.sendOffset);
      this.#ring.send(spec.sendFd, packetsAt + offset, packet.length, SEND_FLAGS, k);
      offset += packet.length;
    }
    this.#ring.tell(this.#platform, TAG.ARRIVED);
    this.#ring.submit();
  }

  /** Sleep until the chain is at its end or something else wants attention. */
  wait(ready: (fd: number) => void): void {
    if (!this.#polls) this.#platform.poll(this.#epoll.fd, TAG.POLL);
    this.#polls = true;
    const tags: number[] = [];
    this.#platform.wait(({ tag }) => tags.push(tag));
    if (tags.includes(TAG.ARRIVED)) this.running = false;
    if (!tags.includes(TAG.POLL)) return;
    this.#polls = false;
    this.#epoll.wait(ready, 0);
  }

  /** The packets of a chain that is at its end: they were sent at their times, the last one before `nowNs`. */
  arrive(nowNs: number): void {
    this.#ring.take(({ tag, result }) => {
      if (result < 0) this.#beats[tag]?.failed(this.#sequences[tag] ?? 0, -result);
    });
    const last = this.#beats.length - 1;
    const lateNs = nowNs - (this.#atNs[last] ?? nowNs);
    for (const [k, beat] of this.#beats.entries()) beat.sentAt(this.#atNs[k] ?? 0, lateNs);
    this.#beats.length = 0;
  }

  /** The chain that was running is at its end. */
  get arrived(): boolean {
    return !this.running && this.#beats.length > 0;
  }

  /** Of a chain that runs it is not yet known that its packets were sent: nothing is, from here on. */
  get completeToNs(): number {
    return this.#beats.length === 0 ? Infinity : (this.#atNs[0] ?? Infinity);
  }

  carries(beat: RoomBeat): boolean {
    return this.#beats.includes(beat);
  }

  close(): void {
    this.#ring.close();
    this.#platform.close();
    this.#timespecs.release();
    this.#packets.release();
  }
}

function earliest(beats: readonly RoomBeat[]): RoomBeat | undefined {
  let first: RoomBeat | undefined;
  for (const beat of beats) if (first === undefined || beat.nextNs < first.nextNs) first = beat;
  return first;
}
