import type { StampConverter } from './clock.ts';
import { DatagramReceiver } from './datagram-receiver.ts';
import { ERRNO, lastErrno, libc } from './libc.ts';
import { attribute, decodeAttributes, decodeMessages, type NetlinkRequest } from './netlink.ts';
import { NETLINK_FAMILY, NetlinkSocket } from './netlink-socket.ts';
import { setReceiveBuffer } from './socket.ts';

/** Frames that rules of nftables hand out (`log group N`): linux/netfilter/nfnetlink_log.h. */

const SUBSYS_ULOG = 4;
const NFULNL_MSG = { PACKET: 0, CONFIG: 1 } as const;
const NFULA_CFG = { CMD: 1, MODE: 2, QTHRESH: 5 } as const;
const NFULA = { TIMESTAMP: 3, IFINDEX_OUTDEV: 5, PAYLOAD: 9 } as const;
const BIND = 1;
const COPY_PACKET = 2;
const BUFFER_BYTES = 4 << 20;
const BATCH = 16;
const MESSAGE_BYTES = 4096;

/** A frame on its way out of an interface; `bytes` is a copy, from the Ethernet header on. */
export interface LoggedFrame {
  /** lab ns */
  readonly tNs: number;
  /** where it leaves */
  readonly ifindex: number;
  readonly bytes: Uint8Array;
}

/** Hears one group of the network namespace that the thread is in when it is made. */
export class FrameLogger {
  readonly #socket = new NetlinkSocket(NETLINK_FAMILY.NETFILTER);
  readonly #clock: StampConverter;
  readonly #receiver = new DatagramReceiver({
    ...{ batch: BATCH, dataBytes: MESSAGE_BYTES, nameBytes: 0 },
  });
  readonly #stamp = Buffer.alloc(16);
  #lost = 0;

  /** @throws NetlinkError EBUSY when somebody else in there hears this group */
  constructor(clock: StampConverter, group: number, copyBytes: number) {
    this.#clock = clock;
    const mode = Buffer.alloc(6);
    mode.writeUInt32BE(copyBytes);
    mode.writeUInt8(COPY_PACKET, 4);
    // each frame at once
    const threshold = Buffer.of(0, 0, 0, 1);
    setReceiveBuffer(this.#socket.fd, BUFFER_BYTES);
    this.#socket.request([
      configure(group, [attribute(NFULA_CFG.CMD, Buffer.of(BIND))]),
      configure(group, [attribute(NFULA_CFG.MODE, mode), attribute(NFULA_CFG.QTHRESH, threshold)]),
    ]);
  }

  get fd(): number {
    return this.#socket.fd;
  }

  /** Every frame that waits in the socket. `nowNs` is for kernels that don't say when it was (before 6.1). */
  drain(nowNs: number, take: (frame: LoggedFrame) => void): void {
    for (;;) {
      const count = this.#receiver.receive(this.fd);
      if (count < 0 && lastErrno() === ERRNO.ENOBUFS) {
        this.#lost++;
        continue;
      }
      for (let k = 0; k < count; k++) this.#datagram(k, nowNs, take);
      if (count < BATCH) return;
    }
  }

  #datagram(k: number, nowNs: number, take: (frame: LoggedFrame) => void): void {
    const start = this.#receiver.dataOffset(k);
    const length = this.#receiver.length(k);
    const datagram = this.#receiver.data.subarray(start, start + length);
    for (const { type, body } of decodeMessages(datagram, length)) {
      if (type !== ((SUBSYS_ULOG << 8) | NFULNL_MSG.PACKET)) continue;
      const attributes = decodeAttributes(body, 4);
      const payload = attributes.get(NFULA.PAYLOAD);
      const device = attributes.get(NFULA.IFINDEX_OUTDEV);
      if (payload === undefined || device === undefined) continue;
      const tNs = this.#labNs(attributes.get(NFULA.TIMESTAMP)) ?? nowNs;
      take({ tNs, ifindex: device.readInt32BE(0), bytes: new Uint8Array(payload) });
    }
  }

  /** Of two big-endian u64, s and us of CLOCK_REALTIME. */
  #labNs(stamp: Buffer | undefined): number | undefined {
    if (stamp === undefined) return undefined;
    this.#stamp.writeBigInt64LE(stamp.readBigInt64BE(0), 0);
    this.#stamp.writeBigInt64LE(stamp.readBigInt64BE(8) * 1000n, 8);
    return this.#clock.labNs(this.#stamp, 0);
  }

  /** How often there was no room since the last call. */
  takeLosses(): number {
    const lost = this.#lost;
    this.#lost = 0;
    return lost;
  }

  close(): void {
    libc.close(this.fd);
  }
}

function configure(group: number, attributes: readonly Buffer[]): NetlinkRequest {
  const header = Buffer.of(0, 0, group >> 8, group & 0xff);
  return {
    about: `hear log group ${String(group)}`,
    type: (SUBSYS_ULOG << 8) | NFULNL_MSG.CONFIG,
    flags: 0,
    body: Buffer.concat([header, ...attributes]),
  };
}
