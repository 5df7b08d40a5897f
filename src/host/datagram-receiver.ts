import { addressOf, attempt } from './libc.ts';
import { MSG, SO, SOL } from './socket.ts';

/** struct msghdr within struct mmsghdr, recvmmsg(2), on 64-bit machines */
const HEADER = {
  bytes: 64,
  name: 0,
  nameLength: 8,
  vectors: 16,
  vectorCount: 24,
  control: 32,
  controlLength: 40,
  received: 56,
} as const;

export interface ReceiverSizes {
  /** datagrams per system call */
  readonly batch: number;
  /** the rest of a longer datagram is lost */
  readonly dataBytes: number;
  readonly nameBytes: number;
  /** `length` is that of the whole datagram, though its rest is lost */
  readonly wholeLength?: boolean;
}

const CONTROL_BYTES = 64;

/**
 * Takes many datagrams out of a socket with one recvmmsg(2), with sender address and control data. All structures
 * that the kernel writes to hang on this object: their addresses are in each other, invisible to the collector.
 */
export class DatagramReceiver {
  readonly #sizes: ReceiverSizes;
  readonly #headers: Buffer;
  /** the same as words: two of each header are set before each call */
  readonly #headerWords: Uint32Array;
  readonly #vectors: Buffer;
  readonly #control: Buffer;
  readonly data: Buffer;
  readonly names: Buffer;

  constructor(sizes: ReceiverSizes) {
    const { batch, dataBytes, nameBytes } = sizes;
    this.#sizes = sizes;
    this.#headers = Buffer.alloc(batch * HEADER.bytes);
    const { buffer, byteOffset, length } = this.#headers;
    this.#headerWords = new Uint32Array(buffer, byteOffset, length / 4);
    this.#vectors = Buffer.alloc(batch * 16);
    this.#control = Buffer.alloc(batch * CONTROL_BYTES);
    this.data = Buffer.alloc(batch * dataBytes);
    this.names = Buffer.alloc(Math.max(1, batch * nameBytes));
    const addresses = {
      vectors: addressOf(this.#vectors),
      control: addressOf(this.#control),
      data: addressOf(this.data),
      names: addressOf(this.names),
    };
    for (let k = 0; k < batch; k++) {
      const header = k * HEADER.bytes;
      const n = BigInt(k);
      if (nameBytes > 0) {
        const name = addresses.names + n * BigInt(nameBytes);
        this.#headers.writeBigUInt64LE(name, header + HEADER.name);
      }
      this.#vectors.writeBigUInt64LE(addresses.data + n * BigInt(dataBytes), k * 16);
      this.#vectors.writeBigUInt64LE(BigInt(dataBytes), k * 16 + 8);
      this.#headers.writeBigUInt64LE(addresses.vectors + n * 16n, header + HEADER.vectors);
      this.#headers.writeBigUInt64LE(1n, header + HEADER.vectorCount);
      const control = addresses.control + n * BigInt(CONTROL_BYTES);
      this.#headers.writeBigUInt64LE(control, header + HEADER.control);
    }
  }

  /** How many datagrams there were, at most `batch`; negative on failure (EAGAIN: none), see lastErrno(). */
  receive(fd: number): number {
    const { batch, nameBytes, wholeLength = false } = this.#sizes;
    for (let k = 0; k < batch; k++) {
      const header = (k * HEADER.bytes) / 4;
      this.#headerWords[header + HEADER.nameLength / 4] = nameBytes;
      this.#headerWords[header + HEADER.controlLength / 4] = CONTROL_BYTES;
    }
    const flags = MSG.DONTWAIT + (wholeLength ? MSG.TRUNC : 0);
    return attempt.recvmmsg(fd, this.#headers, batch, flags, null);
  }

  /** where the data of the k-th datagram starts in `data` */
  dataOffset(k: number): number {
    return k * this.#sizes.dataBytes;
  }

  /** bytes of the k-th datagram that are in `data` (or with wholeLength: that it had) */
  length(k: number): number {
    return this.#headers.readUInt32LE(k * HEADER.bytes + HEADER.received);
  }

  nameOffset(k: number): number {
    return k * this.#sizes.nameBytes;
  }

  /** where the control data of this level and type starts in `control` for the k-th datagram, or -1 */
  controlOffset(k: number, level: number, type: number): number {
    const start = k * CONTROL_BYTES;
    const length = this.#headers.readUInt32LE(k * HEADER.bytes + HEADER.controlLength);
    const end = start + Math.min(length, CONTROL_BYTES);
    for (let at = start; at + 16 <= end;) {
      const size = this.#control.readUInt32LE(at);
      if (
        this.#control.readInt32LE(at + 8) === level &&
        this.#control.readInt32LE(at + 12) === type
      ) {
        return at + 16;
      }
      if (size < 16) break;
      at += (size + 7) & ~7;
    }
    return -1;
  }

  get control(): Buffer {
    return this.#control;
  }

  /** where the kernel's time stamp (struct timespec, CLOCK_REALTIME) is in `control`; -1 without SO_TIMESTAMPNS */
  stampOffset(k: number): number {
    return this.controlOffset(k, SOL.SOCKET, SO.TIMESTAMPNS);
  }
}
