import koffi from 'koffi';
import { addressOf, lastErrno, SystemCallError } from './libc.ts';

/**
 * io_uring(7): requests that the kernel carries out one after the other, at their times, without coming back to this
 * process for each. One thread, which runs the kernel's part of the work whenever it waits: no memory barriers.
 */

const SYSCALL = { SETUP: 425, ENTER: 426 } as const;
const ENTER_GETEVENTS = 1;
const EINTR = 4;
/** the rings are in memory of ours (Linux 6.5): User-Mode Linux cannot fork a process that has mapped the kernel's */
const SETUP_NO_MMAP = 1 << 14;
const PAGE_BYTES = 4096;
/** of each of the two parts; more than any ring of ours takes */
const RING_BYTES = 65536;
const PARAMS_BYTES = 120;
const SQE_BYTES = 64;
const CQE_BYTES = 16;
/** offsets in struct io_uring_params */
const PARAMS = { sqEntries: 0, flags: 8, features: 20, sq: 40, cq: 80 } as const;
/** where the address of our memory goes in struct io_sqring_offsets and io_cqring_offsets */
const USER_ADDRESS = 32;
/** Linux 5.17 */
const FEATURE_CQE_SKIP = 1 << 11;

const OP = { POLL_ADD: 6, TIMEOUT: 11, SEND: 26, MSG_RING: 40 } as const;
/** the next request starts when this one is done, whatever came of it */
const SQE_HARDLINK = 1 << 3;
const SQE_SKIP_SUCCESS = 1 << 6;
const TIMEOUT_ABSOLUTE = 1;
/** that its time has come is a success */
const TIMEOUT_ETIME_SUCCESS = 1 << 5;
const POLLIN = 1;

export interface Completion {
  /** as given with the request */
  readonly tag: number;
  /** negative: -errno */
  readonly result: number;
}

interface Calls {
  readonly setup: (n: number, entries: number, params: Buffer) => number;
  readonly enter: (
    n: number,
    fd: number,
    submit: number,
    wait: number,
    flags: number,
    mask: null,
    size: number,
  ) => number;
  readonly close: (fd: number) => number;
}

let loaded: Calls | undefined;

function calls(): Calls {
  if (loaded !== undefined) return loaded;
  const libc = koffi.load('libc.so.6');
  loaded = {
    setup: libc.func('syscall', 'long', ['long', 'uint', 'void *']) as Calls['setup'],
    enter: libc.func('syscall', 'long', [
      'long', 'int', 'uint', 'uint', 'uint', 'void *', 'size_t',
    ]) as Calls['enter'], // prettier-ignore
    close: libc.func('int close(int fd)') as Calls['close'],
  };
  return loaded;
}

/** Whole pages, at a page's start; it stays where it is as long as it is reachable. */
function pages(bytes: number): Buffer {
  const all = Buffer.alloc(bytes + PAGE_BYTES);
  const into = Number(addressOf(all) % BigInt(PAGE_BYTES));
  return all.subarray(PAGE_BYTES - into, PAGE_BYTES - into + bytes);
}

/** User addresses are below 2^47; no BigInt is made for each. */
function writeAddress(buffer: Buffer, offset: number, address: number): void {
  buffer.writeUInt32LE(address % 0x1_0000_0000, offset);
  buffer.writeUInt32LE(Math.floor(address / 0x1_0000_0000), offset + 4);
}

export class IoUring {
  readonly #fd: number;
  readonly #entries: number;
  readonly #rings: Buffer = pages(RING_BYTES);
  readonly #sqes: Buffer = pages(RING_BYTES);
  /** offsets in the rings: head, tail, ring mask, and the array of the first, the entries of the second */
  readonly #sq: { readonly tail: number; readonly mask: number; readonly array: number };
  readonly #cq: {
    readonly head: number;
    readonly tail: number;
    readonly mask: number;
    readonly cqes: number;
  };
  #queued = 0;

  /** @throws where the kernel has no io_uring, forbids it, or is older than 6.5 */
  constructor(entries: number) {
    const params = Buffer.alloc(PARAMS_BYTES);
    params.writeUInt32LE(SETUP_NO_MMAP, PARAMS.flags);
    params.writeBigUInt64LE(addressOf(this.#sqes), PARAMS.sq + USER_ADDRESS);
    params.writeBigUInt64LE(addressOf(this.#rings), PARAMS.cq + USER_ADDRESS);
    this.#fd = calls().setup(SYSCALL.SETUP, entries, params);
    if (this.#fd < 0) throw new SystemCallError('io_uring_setup', [entries], lastErrno());
    if ((params.readUInt32LE(PARAMS.features) & FEATURE_CQE_SKIP) === 0) {
      calls().close(this.#fd);
      throw new Error('io_uring is too old');
    }
    this.#entries = params.readUInt32LE(PARAMS.sqEntries);
    // fields are offsets in the rings of: head, tail, mask, entries, ...
    const at = (ring: number, field: number): number => params.readUInt32LE(ring + 4 * field);
    const mask = (ring: number): number => this.#rings.readUInt32LE(at(ring, 2));
    const [sq, cq] = [PARAMS.sq, PARAMS.cq];
    this.#sq = { tail: at(sq, 1), mask: mask(sq), array: at(sq, 6) };
    this.#cq = { head: at(cq, 0), tail: at(cq, 1), mask: mask(cq), cqes: at(cq, 5) };
  }

  /** how many requests can still be queued before the next `wait` */
  get room(): number {
    return this.#entries - this.#queued;
  }

  /**
   * Wait for a moment of CLOCK_MONOTONIC (struct timespec at the address, which must stay), then go on with the
   * request queued next. It says nothing when it succeeds.
   */
  waitUntil(timespec: number, tag: number): void {
    const sqe = this.#sqe(OP.TIMEOUT, SQE_HARDLINK | SQE_SKIP_SUCCESS, -1, tag);
    writeAddress(this.#sqes, sqe + 16, timespec);
    this.#sqes.writeUInt32LE(1, sqe + 24);
    this.#sqes.writeUInt32LE(TIMEOUT_ABSOLUTE | TIMEOUT_ETIME_SUCCESS, sqe + 28);
  }

  /** send(2); then the request queued next. It says nothing when it succeeds. */
  send(fd: number, data: number, length: number, flags: number, tag: number): void {
    const sqe = this.#sqe(OP.SEND, SQE_HARDLINK | SQE_SKIP_SUCCESS, fd, tag);
    writeAddress(this.#sqes, sqe + 16, data);
    this.#sqes.writeUInt32LE(length, sqe + 24);
    this.#sqes.writeUInt32LE(flags, sqe + 28);
  }

  /** The end of a chain: something with this tag completes in the other ring, not here. */
  tell(other: IoUring, tag: number): void {
    const sqe = this.#sqe(OP.MSG_RING, SQE_SKIP_SUCCESS, other.#fd, tag);
    this.#sqes.writeUInt32LE(tag, sqe + 8);
  }

  /** Completes, once, when the descriptor is readable. */
  poll(fd: number, tag: number): void {
    const sqe = this.#sqe(OP.POLL_ADD, 0, fd, tag);
    this.#sqes.writeUInt32LE(POLLIN, sqe + 28);
  }

  #sqe(operation: number, flags: number, fd: number, tag: number): number {
    if (this.room === 0) throw new Error('io_uring: the submission queue is full');
    const view = this.#rings;
    const tail = view.readUInt32LE(this.#sq.tail);
    const index = (tail & this.#sq.mask) >>> 0;
    const at = index * SQE_BYTES;
    this.#sqes.fill(0, at, at + SQE_BYTES);
    this.#sqes.writeUInt8(operation, at);
    this.#sqes.writeUInt8(flags, at + 1);
    this.#sqes.writeInt32LE(fd, at + 4);
    this.#sqes.writeUInt32LE(tag, at + 32);
    view.writeUInt32LE(index, this.#sq.array + 4 * index);
    view.writeUInt32LE((tail + 1) >>> 0, this.#sq.tail);
    this.#queued++;
    return at;
  }

  /** Hand over what is queued. */
  submit(): void {
    this.#enter(0, 0);
  }

  /**
   * Hand over what is queued and sleep until something completes in this ring. Chains of all rings of this thread go
   * on meanwhile; but each `waitUntil` of this one, and of no other, ends the sleep.
   */
  wait(take: (completion: Completion) => void): void {
    this.#enter(1, ENTER_GETEVENTS);
    this.take(take);
  }

  #enter(waitFor: number, flags: number): void {
    const submit = this.#queued;
    this.#queued = 0;
    const done = calls().enter(SYSCALL.ENTER, this.#fd, submit, waitFor, flags, null, 0);
    if (done < 0 && lastErrno() !== EINTR) {
      throw new SystemCallError('io_uring_enter', [submit], lastErrno());
    }
  }

  /** What has completed and not been taken. */
  take(take: (completion: Completion) => void): void {
    const view = this.#rings;
    let head = view.readUInt32LE(this.#cq.head);
    const tail = view.readUInt32LE(this.#cq.tail);
    for (; head !== tail; head = (head + 1) >>> 0) {
      const at = this.#cq.cqes + CQE_BYTES * ((head & this.#cq.mask) >>> 0);
      take({ tag: view.readUInt32LE(at), result: view.readInt32LE(at + 8) });
    }
    view.writeUInt32LE(head, this.#cq.head);
  }

  close(): void {
    calls().close(this.#fd);
  }
}
