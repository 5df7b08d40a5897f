import koffi from 'koffi';
import { ERRNO, lastErrno, SystemCallError } from './libc.ts';
import { MappedMemory } from './mapped-memory.ts';

/**
 * io_uring(7): requests that the kernel carries out one after the other, at their times, without coming back to this
 * process for each. One thread, which runs the kernel's part of the work whenever it waits: no memory barriers.
 */

const SYSCALL = { SETUP: 425, ENTER: 426 } as const;
const ENTER_GETEVENTS = 1;
/** the rings are in memory of ours (Linux 6.5): User-Mode Linux cannot fork a process that has mapped the kernel's */
const SETUP_NO_MMAP = 1 << 14;
/** of each of the two parts; more than any ring of ours takes */
const RING_BYTES = 65536;
const PARAMS_BYTES = 120;
/** of 32 bits, in struct io_uring_sqe and io_uring_cqe */
const SQE_WORDS = 16;
const CQE_WORDS = 4;
const SQE = { operation: 0, fd: 1, offset: 2, address: 4, length: 6, flags: 7, tag: 8 } as const;
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

export class IoUring {
  readonly #fd: number;
  readonly #entries: number;
  /** the kernel is done with both some time after `close`: it cancels what is under way, and says so in them */
  readonly #ringMemory: MappedMemory = new MappedMemory(RING_BYTES);
  readonly #sqeMemory: MappedMemory = new MappedMemory(RING_BYTES);
  #rings: Uint32Array = this.#ringMemory.words;
  #sqes: Uint32Array = this.#sqeMemory.words;
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
    params.writeBigUInt64LE(BigInt(this.#sqeMemory.address), PARAMS.sq + USER_ADDRESS);
    params.writeBigUInt64LE(BigInt(this.#ringMemory.address), PARAMS.cq + USER_ADDRESS);
    this.#fd = calls().setup(SYSCALL.SETUP, entries, params);
    if (this.#fd < 0) {
      const errno = lastErrno();
      this.#release();
      throw new SystemCallError('io_uring_setup', [entries], errno);
    }
    if ((params.readUInt32LE(PARAMS.features) & FEATURE_CQE_SKIP) === 0) {
      this.close();
      throw new Error('io_uring is too old');
    }
    this.#entries = params.readUInt32LE(PARAMS.sqEntries);
    // fields are offsets in the rings of: head, tail, mask, entries, ...
    const at = (ring: number, field: number): number => params.readUInt32LE(ring + 4 * field) / 4;
    const mask = (ring: number): number => this.#rings[at(ring, 2)] ?? 0;
    const [sq, cq] = [PARAMS.sq, PARAMS.cq];
    this.#sq = { tail: at(sq, 1), mask: mask(sq), array: at(sq, 6) };
    this.#cq = { head: at(cq, 0), tail: at(cq, 1), mask: mask(cq), cqes: at(cq, 5) };
  }

  /** how many requests can still be queued before the next `wait` */
  get room(): number {
    return this.#entries - this.#queued;
  }

  /**
   * Wait for a moment of CLOCK_MONOTONIC (struct timespec at the address, of MappedMemory), then go on with the request
   * queued next. It says nothing when it succeeds.
   */
  waitUntil(timespec: number, tag: number): void {
    const sqe = this.#sqe(OP.TIMEOUT, SQE_HARDLINK | SQE_SKIP_SUCCESS, -1, tag);
    this.#setAddress(sqe, timespec);
    this.#sqes[sqe + SQE.length] = 1;
    this.#sqes[sqe + SQE.flags] = TIMEOUT_ABSOLUTE | TIMEOUT_ETIME_SUCCESS;
  }

  /** send(2) of MappedMemory; then the request queued next. It says nothing when it succeeds. */
  send(fd: number, data: number, length: number, flags: number, tag: number): void {
    const sqe = this.#sqe(OP.SEND, SQE_HARDLINK | SQE_SKIP_SUCCESS, fd, tag);
    this.#setAddress(sqe, data);
    this.#sqes[sqe + SQE.length] = length;
    this.#sqes[sqe + SQE.flags] = flags;
  }

  /** The end of a chain: something with this tag completes in the other ring, not here. */
  tell(other: IoUring, tag: number): void {
    const sqe = this.#sqe(OP.MSG_RING, SQE_SKIP_SUCCESS, other.#fd, tag);
    this.#sqes[sqe + SQE.offset] = tag;
  }

  /** Completes, once, when the descriptor is readable. */
  poll(fd: number, tag: number): void {
    const sqe = this.#sqe(OP.POLL_ADD, 0, fd, tag);
    this.#sqes[sqe + SQE.flags] = POLLIN;
  }

  #sqe(operation: number, flags: number, fd: number, tag: number): number {
    if (this.room === 0) throw new Error('io_uring: the submission queue is full');
    const tail = this.#rings[this.#sq.tail] ?? 0;
    const index = (tail & this.#sq.mask) >>> 0;
    const at = index * SQE_WORDS;
    this.#sqes.fill(0, at, at + SQE_WORDS);
    this.#sqes[at + SQE.operation] = operation | (flags << 8);
    this.#sqes[at + SQE.fd] = fd;
    this.#sqes[at + SQE.tag] = tag;
    this.#rings[this.#sq.array + index] = index;
    this.#rings[this.#sq.tail] = tail + 1;
    this.#queued++;
    return at;
  }

  /** User addresses are below 2^47: numbers hold them, and no BigInt is made for each. */
  #setAddress(sqe: number, address: number): void {
    this.#sqes[sqe + SQE.address] = address % 0x1_0000_0000;
    this.#sqes[sqe + SQE.address + 1] = Math.floor(address / 0x1_0000_0000);
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
    if (done < 0 && lastErrno() !== ERRNO.EINTR) {
      throw new SystemCallError('io_uring_enter', [submit], lastErrno());
    }
  }

  /** What has completed and not been taken. */
  take(take: (completion: Completion) => void): void {
    const rings = this.#rings;
    let head = rings[this.#cq.head] ?? 0;
    const tail = rings[this.#cq.tail] ?? 0;
    for (; head !== tail; head = (head + 1) >>> 0) {
      const at = this.#cq.cqes + CQE_WORDS * ((head & this.#cq.mask) >>> 0);
      take({ tag: rings[at] ?? 0, result: (rings[at + 2] ?? 0) | 0 });
    }
    rings[this.#cq.head] = head;
  }

  /** Requests that are under way are cancelled, in the kernel's own time. */
  close(): void {
    calls().close(this.#fd);
    this.#release();
  }

  #release(): void {
    this.#rings = this.#sqes = new Uint32Array(0);
    this.#ringMemory.release();
    this.#sqeMemory.release();
  }
}
