import koffi from 'koffi';
import { errnoName, lastErrno, libc } from './libc.ts';

const PROT_READ_WRITE = 3;
const MAP_PRIVATE_ANONYMOUS = 0x22;
/** MAP_FAILED, as an address */
const FAILED = 0xffff_ffff_ffff_ffffn;

/**
 * Whole pages of our own, mmap(2), for what the kernel uses on after a call has returned. A Buffer is of no use there:
 * when it is collected, or its thread ends, malloc hands the same pages to somebody else while the kernel may still
 * write to them. Pages that are unmapped are out of reach at once; the kernel keeps its hold on them for itself.
 */
export class MappedMemory {
  /** below 2^47: a number holds it */
  readonly address: number;
  readonly #pointer: bigint;
  readonly #length: number;
  #bytes: Buffer;

  /** Zeroes; `length` is rounded up to pages by the kernel. */
  constructor(length: number) {
    this.#pointer = libc.mmap(0, length, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0);
    if (this.#pointer === FAILED) throw new Error(`mmap(${length}): ${errnoName(lastErrno())}`);
    this.address = Number(this.#pointer);
    this.#length = length;
    this.#bytes = Buffer.from(koffi.view(this.#pointer, length));
  }

  /** Do not keep it, nor a part of it: after `release` it leads nowhere. */
  get bytes(): Buffer {
    return this.#bytes;
  }

  get words(): Uint32Array {
    const { buffer, byteOffset, byteLength } = this.#bytes;
    return new Uint32Array(buffer, byteOffset, byteLength / 4);
  }

  release(): void {
    if (this.#bytes.length === 0) return;
    this.#bytes = Buffer.alloc(0);
    libc.munmap(this.#pointer, this.#length);
  }
}
