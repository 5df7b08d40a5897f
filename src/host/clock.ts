import { libc } from './libc.ts';

/** Clocks as plain numbers, clock_gettime(2). */

export const CLOCK = { REALTIME: 0, MONOTONIC: 1 } as const;

const time = Buffer.alloc(16);

/** ns of CLOCK_MONOTONIC: exact, below 2^53 for the first 104 days after boot */
export function monotonicNs(): number {
  libc.clock_gettime(CLOCK.MONOTONIC, time);
  return secondsAt(time, 0) * 1e9 + time.readUInt32LE(8);
}

/** The 64-bit count of seconds in a struct timespec, as a number. */
export function secondsAt(timespec: Buffer, offset: number): number {
  return timespec.readUInt32LE(offset) + timespec.readInt32LE(offset + 4) * 0x1_0000_0000;
}

/** Such a count in a struct timespec. */
export function writeTimespec(buffer: Buffer, offset: number, ns: number): void {
  const seconds = Math.floor(ns / 1e9);
  buffer.writeUInt32LE(seconds % 0x1_0000_0000, offset);
  buffer.writeUInt32LE(Math.floor(seconds / 0x1_0000_0000), offset + 4);
  buffer.writeUInt32LE(ns - seconds * 1e9, offset + 8);
  buffer.writeUInt32LE(0, offset + 12);
}

const SYNCHRONISE_TRIES = 4;

/**
 * Kernel time stamps are of CLOCK_REALTIME, whose ns are beyond 2^53; all our times are of CLOCK_MONOTONIC since an
 * origin. The distance between the clocks moves when the host's time is corrected: `synchronise` now and then.
 */
export class StampConverter {
  readonly #originNs: number;
  #realtimeSeconds = 0;
  #labNsThere = 0;

  constructor(originNs: number) {
    this.#originNs = originNs;
    this.synchronise();
  }

  /**
   * Read both clocks, the monotonic one before and after: the error is at most half of that interval. The best of
   * some tries: a first call takes long (page faults), any may be interrupted.
   */
  synchronise(): void {
    let best = Infinity;
    for (let tries = 0; tries < SYNCHRONISE_TRIES; tries++) {
      const before = monotonicNs();
      libc.clock_gettime(CLOCK.REALTIME, time);
      const seconds = secondsAt(time, 0);
      const rest = time.readUInt32LE(8);
      const after = monotonicNs();
      if (after - before >= best) continue;
      best = after - before;
      this.#realtimeSeconds = seconds;
      this.#labNsThere = Math.round((before + after) / 2) - rest - this.#originNs;
    }
  }

  /** lab ns of the struct timespec at `offset` */
  labNs(buffer: Buffer, offset: number): number {
    const seconds = secondsAt(buffer, offset) - this.#realtimeSeconds;
    return this.#labNsThere + seconds * 1e9 + buffer.readUInt32LE(offset + 8);
  }
}
