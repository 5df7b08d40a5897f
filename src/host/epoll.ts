import { CLOCK, writeTimespec } from './clock.ts';
import { attempt, ERRNO, lastErrno, libc, O, SystemCallError } from './libc.ts';

/** epoll(7), timerfd_create(2), eventfd(2) for a thread that waits for all its work in one place. */

const EPOLL_CTL = { ADD: 1, DEL: 2, MOD: 3 } as const;
export const EPOLL = { IN: 1, ONESHOT: 0x4000_0000, EDGE: 0x8000_0000 } as const;
/** struct epoll_event is packed on x86-64 only */
const EVENT = process.arch === 'x64' ? { bytes: 12, data: 4 } : { bytes: 16, data: 8 };
const EVENTS = 32;

export class Epoll {
  readonly fd: number = libc.epoll_create1(O.CLOEXEC);
  readonly #event: Buffer = Buffer.alloc(EVENT.bytes);
  readonly #events: Buffer = Buffer.alloc(EVENT.bytes * EVENTS);

  add(fd: number, events: number): void {
    this.#control(EPOLL_CTL.ADD, fd, events);
  }

  /** Arm an EPOLL.ONESHOT descriptor again. */
  change(fd: number, events: number): void {
    this.#control(EPOLL_CTL.MOD, fd, events);
  }

  remove(fd: number): void {
    this.#control(EPOLL_CTL.DEL, fd, 0);
  }

  /** Sleep until something is ready (or not at all); `ready` is called with each descriptor. */
  wait(ready: (fd: number) => void, forMs: 0 | -1 = -1): void {
    const count = attempt.epoll_wait(this.fd, this.#events, EVENTS, forMs);
    if (count < 0) {
      if (lastErrno() === ERRNO.EINTR) return;
      throw new SystemCallError('epoll_wait', [], lastErrno());
    }
    for (let k = 0; k < count; k++) ready(this.#events.readInt32LE(k * EVENT.bytes + EVENT.data));
  }

  close(): void {
    libc.close(this.fd);
  }

  #control(operation: number, fd: number, events: number): void {
    this.#event.writeUInt32LE(events, 0);
    this.#event.writeInt32LE(fd, EVENT.data);
    libc.epoll_ctl(this.fd, operation, fd, this.#event);
  }
}

const TFD_TIMER_ABSTIME = 1;

/** A timer on CLOCK_MONOTONIC with absolute deadlines. In an Epoll with EPOLL.EDGE it never needs to be read. */
export class DeadlineTimer {
  readonly fd: number = libc.timerfd_create(CLOCK.MONOTONIC, O.CLOEXEC | O.NONBLOCK);
  readonly #setting: Buffer = Buffer.alloc(32);

  /** ns of CLOCK_MONOTONIC; a moment in the past fires at once. (A periodic one would have to be read each time.) */
  arm(atNs: number): void {
    writeTimespec(this.#setting, 16, Math.max(1, atNs));
    libc.timerfd_settime(this.fd, TFD_TIMER_ABSTIME, this.#setting, null);
  }

  disarm(): void {
    this.#setting.fill(0);
    libc.timerfd_settime(this.fd, 0, this.#setting, null);
  }

  close(): void {
    libc.close(this.fd);
  }
}

/** Wakes whoever waits for its descriptor, from any thread. */
export function openEventFd(): number {
  return libc.eventfd(0, O.CLOEXEC | O.NONBLOCK);
}

const one = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]);

export function ringEventFd(fd: number): void {
  libc.write(fd, one, 8);
}

const count = Buffer.alloc(8);

export function clearEventFd(fd: number): void {
  attempt.read(fd, count, 8);
}
