import { attempt, errnoName, lastErrno, libc } from './libc.ts';
import {
  NLM_F,
  NLMSG,
  decodeAttributes,
  decodeMessages,
  encodeMessage,
  textOf,
  type NetlinkMessage,
  type NetlinkRequest,
} from './netlink.ts';
import { AF, SO, SOCK, SOL } from './socket.ts';

/** The kernel answers within the call that asks. An answer that does not come is a mistake of ours, not a wait. */
const ANSWER_WITHIN_S = 10;
/** Families, linux/netlink.h. */
export const NETLINK_FAMILY = { ROUTE: 0, NETFILTER: 12 } as const;
/** Options of level SOL.NETLINK. */
export const NETLINK_OPTION = {
  ADD_MEMBERSHIP: 1,
  LISTEN_ALL_NSID: 8,
  CAP_ACK: 10,
  EXT_ACK: 11,
  GET_STRICT_CHK: 12,
} as const;

const NLM_F_CAPPED = 0x100;
const NLMSGERR_ATTR_MSG = 1;
/** The messages around a transaction. */
const NFNL_MSG_BATCH = { BEGIN: 0x10, END: 0x11 } as const;
/** Each acknowledgement takes about 1 kB of the socket's receive buffer (208 kB by default). */
const REQUESTS_PER_SEND = 64;

/** The kernel refused a request. */
export class NetlinkError extends Error {
  readonly errno: number;
  readonly code: string;
  readonly about: string;

  constructor(about: string, errno: number, kernelSays: string) {
    super(`${about}: ${errnoName(errno)}${kernelSays === '' ? '' : ` (${kernelSays})`}`);
    this.name = 'NetlinkError';
    this.errno = errno;
    this.code = errnoName(errno);
    this.about = about;
  }
}

export function openNetlink(family: number): number {
  const fd = libc.socket(AF.NETLINK, SOCK.RAW | SOCK.CLOEXEC, family);
  for (const option of [NETLINK_OPTION.CAP_ACK, NETLINK_OPTION.EXT_ACK]) {
    setNetlinkOption(fd, option, 1);
  }
  return fd;
}

export function setNetlinkOption(fd: number, option: number, value: number): void {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value);
  libc.setsockopt(fd, SOL.NETLINK, option, buffer, 4);
}

/**
 * errno (positive) and the kernel's own words from an NLMSG_ERROR message, where 0 is an acknowledgement, or from the
 * NLMSG_DONE of a dump, where 0 is its success.
 */
export function decodeError(message: NetlinkMessage): { errno: number; kernelSays: string } {
  const errno = -message.body.readInt32LE(0);
  if (errno === 0 || message.type === NLMSG.DONE) return { errno, kernelSays: '' };
  const inner = message.flags & NLM_F_CAPPED ? 16 : message.body.readUInt32LE(4);
  const text = decodeAttributes(message.body, 4 + inner).get(NLMSGERR_ATTR_MSG);
  return { errno, kernelSays: text === undefined ? '' : textOf(text) };
}

/** A socket for as long as `body` runs, of the network namespace that the thread is in; synchronous. */
export function withNetlink<T>(body: (socket: NetlinkSocket) => T, family?: number): T {
  const socket = new NetlinkSocket(family);
  try {
    return body(socket);
  } finally {
    socket.close();
  }
}

/**
 * Requests and their answers, synchronously. It acts in the network namespace that the thread was in when it was
 * made. Multicast groups are another matter: see the room's listener.
 */
export class NetlinkSocket {
  readonly fd: number;
  readonly #received: Buffer = Buffer.alloc(65536);
  #sequence = 0;

  constructor(family: number = NETLINK_FAMILY.ROUTE) {
    this.fd = openNetlink(family);
    const limit = Buffer.alloc(16);
    limit.writeUInt32LE(ANSWER_WITHIN_S);
    libc.setsockopt(this.fd, SOL.SOCKET, SO.RCVTIMEO, limit, limit.length);
  }

  /** Do all of it, in order, with as few system calls as may be. Requests after a failed one are done all the same. */
  request(requests: readonly NetlinkRequest[]): void {
    for (let at = 0; at < requests.length; at += REQUESTS_PER_SEND) {
      this.#batch(requests.slice(at, at + REQUESTS_PER_SEND));
    }
  }

  #batch(requests: readonly NetlinkRequest[]): void {
    const acknowledged = requests.map((r) => ({ ...r, flags: r.flags | NLM_F.ACK }));
    const first = this.#send(acknowledged);
    this.#awaitAnswers(first, requests, requests.length);
  }

  /**
   * All of it or nothing, in one transaction of a subsystem of nfnetlink, linux/netfilter/nfnetlink.h. Only the last
   * request is acknowledged (a failure speaks for itself), so that the answers to a large one fit the receive buffer.
   */
  transaction(subsystem: number, requests: readonly NetlinkRequest[]): void {
    const last = requests.length - 1;
    const inside = requests.map((r, k) => (k < last ? r : { ...r, flags: r.flags | NLM_F.ACK }));
    const all = [batchMark(NFNL_MSG_BATCH.BEGIN, subsystem), ...inside];
    const first = this.#send([...all, batchMark(NFNL_MSG_BATCH.END, subsystem)]);
    this.#awaitAnswers(first, all, 1);
  }

  /** The sequence number of the first. */
  #send(requests: readonly NetlinkRequest[]): number {
    const first = this.#sequence + 1;
    this.#sequence += requests.length;
    const data = Buffer.concat(requests.map((r, k) => encodeMessage(r, first + k)));
    libc.send(this.fd, data, data.length, 0);
    return first;
  }

  #awaitAnswers(first: number, requests: readonly NetlinkRequest[], answers: number): void {
    let waiting = answers;
    let failed: NetlinkError | undefined;
    while (waiting > 0) {
      for (const message of this.#receive()) {
        if (message.type !== NLMSG.ERROR || message.sequence < first) continue;
        waiting--;
        const { errno, kernelSays } = decodeError(message);
        const about = requests[message.sequence - first]?.about ?? 'netlink';
        if (errno !== 0) failed ??= new NetlinkError(about, errno, kernelSays);
      }
    }
    if (failed !== undefined) throw failed;
  }

  /** The objects that GET requests give, one answer each: `read` is called while the message is valid. */
  get<T>(requests: readonly NetlinkRequest[], read: (message: NetlinkMessage) => T): T[] {
    if (requests.length === 0) return [];
    const first = this.#send(requests);
    const found: T[] = [];
    let failed: NetlinkError | undefined;
    let waiting = requests.length;
    while (waiting > 0) {
      for (const message of this.#receive()) {
        if (message.sequence < first) continue;
        waiting--;
        if (message.type !== NLMSG.ERROR) found.push(read(message));
        else failed ??= this.#failure(requests[message.sequence - first], message);
      }
    }
    if (failed !== undefined) throw failed;
    return found;
  }

  /** Everything that a DUMP request gives. */
  dump<T>(request: NetlinkRequest, read: (message: NetlinkMessage) => T): T[] {
    const sequence = ++this.#sequence;
    const data = encodeMessage({ ...request, flags: request.flags | NLM_F.DUMP }, sequence);
    libc.send(this.fd, data, data.length, 0);
    const found: T[] = [];
    for (;;) {
      for (const message of this.#receive()) {
        if (message.sequence !== sequence) continue;
        if (message.type === NLMSG.DONE || message.type === NLMSG.ERROR) {
          if (decodeError(message).errno !== 0) throw this.#failure(request, message);
          return found;
        }
        found.push(read(message));
      }
    }
  }

  close(): void {
    libc.close(this.fd);
  }

  #failure(request: NetlinkRequest | undefined, message: NetlinkMessage): NetlinkError {
    const { errno, kernelSays } = decodeError(message);
    return new NetlinkError(request?.about ?? 'netlink', errno, kernelSays);
  }

  #receive(): Iterable<NetlinkMessage> {
    const length = attempt.recv(this.fd, this.#received, this.#received.length, 0);
    if (length < 0) throw new NetlinkError('receive', lastErrno(), '');
    return decodeMessages(this.#received, length);
  }
}

function batchMark(type: number, subsystem: number): NetlinkRequest {
  // family, version, and the subsystem in network order
  return { about: 'transaction', type, flags: 0, body: Buffer.of(0, 0, subsystem >> 8, subsystem) };
}
