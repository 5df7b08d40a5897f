import { DatagramReceiver } from '../host/datagram-receiver.ts';
import { ERRNO, lastErrno, libc } from '../host/libc.ts';
import { NLMSG, decodeMessages, encodeMessage, type NetlinkMessage } from '../host/netlink.ts';
import {
  NETLINK_FAMILY,
  NETLINK_OPTION,
  NetlinkError,
  decodeError,
  openNetlink,
  setNetlinkOption,
} from '../host/netlink-socket.ts';
import {
  RTM_ADDRESS,
  decodeAddress,
  dumpAddresses,
  type AddressMessage,
} from '../host/rtnetlink-address.ts';
import { RTM_LINK, decodeLink, dumpLinks, type LinkMessage } from '../host/rtnetlink-link.ts';
import { SOL, setReceiveBuffer } from '../host/socket.ts';

/** The room's own namespace, where one is asked for by id: it has none. */
export const ROOM_NSID = -1;

const NLM_F_DUMP_INTR = 0x10;
/** RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR */
const GROUPS = [1, 5, 9];
const BUFFER_BYTES = 8 << 20;
const BATCH = 8;
/** the kernel makes dump messages of at most 32 kB */
const MESSAGE_BYTES = 32768;

export interface ListenerEvents {
  link(nsid: number, link: LinkMessage): void;
  address(nsid: number, address: AddressMessage): void;
  /** a dump of this namespace begins: what it does not name by `dumpEnded` is gone */
  dumpBegan(nsid: number, what: Dumped): void;
  dumpEnded(nsid: number, what: Dumped): void;
  /** the socket had no room: an unknown number of events is lost; dumps follow */
  lost(): void;
}

export type Dumped = 'links' | 'addresses';

interface Dump {
  readonly nsid: number;
  readonly what: Dumped;
  readonly done: () => void;
}

/**
 * One rtnetlink socket hears all namespaces that have an id here. Dumps go through the same socket, so that what they
 * say and what the events say comes in one order.
 */
export class RoomListener {
  readonly fd: number;
  readonly #events: ListenerEvents;
  readonly #watched = new Set<number>([ROOM_NSID]);
  readonly #dumps: Dump[] = [];
  /** an event carries the sequence number of the request that caused it: stay clear of everybody's first thousands */
  #sequence = 0x5a00_0000;
  #interrupted = false;
  readonly #receiver = new DatagramReceiver({
    batch: BATCH,
    dataBytes: MESSAGE_BYTES,
    nameBytes: 0,
  });

  constructor(events: ListenerEvents, bufferBytes: number = BUFFER_BYTES) {
    this.#events = events;
    this.fd = openNetlink(NETLINK_FAMILY.ROUTE);
    setReceiveBuffer(this.fd, bufferBytes);
    setNetlinkOption(this.fd, NETLINK_OPTION.LISTEN_ALL_NSID, 1);
    setNetlinkOption(this.fd, NETLINK_OPTION.GET_STRICT_CHK, 1);
    for (const group of GROUPS) setNetlinkOption(this.fd, NETLINK_OPTION.ADD_MEMBERSHIP, group);
  }

  /** Report a namespace from now on; `done` is called when what was there has been reported. */
  watch(nsid: number, done: () => void): void {
    this.#watched.add(nsid);
    this.#dump({ nsid, what: 'links', done: () => undefined });
    this.#dump({ nsid, what: 'addresses', done });
  }

  /** Take in everything that has come. */
  drain(): void {
    for (;;) {
      const count = this.#receiver.receive(this.fd);
      if (count < 0) {
        if (lastErrno() !== ERRNO.ENOBUFS) return;
        this.#afterLoss();
        continue;
      }
      for (let k = 0; k < count; k++) this.#take(k);
    }
  }

  close(): void {
    libc.close(this.fd);
  }

  #take(k: number): void {
    const { data, control } = this.#receiver;
    const start = this.#receiver.dataOffset(k);
    const length = this.#receiver.length(k);
    const at = this.#receiver.controlOffset(k, SOL.NETLINK, NETLINK_OPTION.LISTEN_ALL_NSID);
    const eventNsid = at < 0 ? ROOM_NSID : control.readInt32LE(at);
    for (const message of decodeMessages(data.subarray(start, start + length), length)) {
      const dump = this.#dumps[0];
      const ofDump = dump !== undefined && message.sequence === this.#sequence;
      if (ofDump && message.flags & NLM_F_DUMP_INTR) this.#interrupted = true;
      if (ofDump && (message.type === NLMSG.DONE || message.type === NLMSG.ERROR)) {
        this.#dumpEnded(dump, message);
      } else {
        this.#one(ofDump ? dump.nsid : eventNsid, message);
      }
    }
  }

  #one(nsid: number, message: NetlinkMessage): void {
    if (!this.#watched.has(nsid)) return;
    if (message.type === RTM_LINK.NEW || message.type === RTM_LINK.DEL) {
      this.#events.link(nsid, decodeLink(message));
    } else if (message.type === RTM_ADDRESS.NEW || message.type === RTM_ADDRESS.DEL) {
      this.#events.address(nsid, decodeAddress(message));
    }
  }

  /** The kernel does one dump at a time on a socket. */
  #dump(dump: Dump): void {
    this.#dumps.push(dump);
    if (this.#dumps.length === 1) this.#sendDump(dump);
  }

  #sendDump(dump: Dump): void {
    const nsid = dump.nsid === ROOM_NSID ? undefined : dump.nsid;
    this.#events.dumpBegan(dump.nsid, dump.what);
    this.#interrupted = false;
    const request = dump.what === 'links' ? dumpLinks(nsid) : dumpAddresses(nsid);
    const data = encodeMessage(request, ++this.#sequence);
    libc.send(this.fd, data, data.length, 0);
  }

  #dumpEnded(dump: Dump, message: NetlinkMessage): void {
    const { errno, kernelSays } = decodeError(message);
    if (errno === 0 && this.#interrupted) {
      this.#sendDump(dump);
      return;
    }
    this.#dumps.shift();
    try {
      if (errno !== 0) this.#failed(dump, errno, kernelSays);
      this.#events.dumpEnded(dump.nsid, dump.what);
      dump.done();
    } finally {
      const next = this.#dumps[0];
      if (next !== undefined) this.#sendDump(next);
    }
  }

  /** A namespace that has gone meanwhile has no id any more: there is nothing in it, and nothing to hear of it. */
  #failed({ nsid, what }: Dump, errno: number, kernelSays: string): void {
    if (errno === ERRNO.EINVAL && nsid !== ROOM_NSID) this.#watched.delete(nsid);
    else throw new NetlinkError(`list the ${what} of namespace ${String(nsid)}`, errno, kernelSays);
  }

  #afterLoss(): void {
    this.#events.lost();
    // dumps are never lost (the kernel goes on with one when there is room), only events: ask for all again
    for (const nsid of this.#watched) this.watch(nsid, () => undefined);
  }
}
