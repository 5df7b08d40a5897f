import type { NetlinkSocket } from './netlink-socket.ts';
import {
  NLM_F,
  U32_MAX,
  attribute,
  decodeAttributes,
  textOf,
  zeroTerminated,
  type NetlinkMessage,
  type NetlinkRequest,
} from './netlink.ts';

/** Queueing disciplines: tc(8), linux/rtnetlink.h, linux/pkt_sched.h, linux/gen_stats.h. */

const RTM_QDISC = { NEW: 36, DEL: 37, GET: 38 } as const;
const TCA = { KIND: 1, OPTIONS: 2, STATS2: 7 } as const;
const TCA_STATS = { BASIC: 1, QUEUE: 3, PKT64: 8 } as const;
const TCA_TBF = { PARMS: 1, RATE64: 4, BURST: 6 } as const;
const LINK_LAYER_ETHERNET = 1;

export const TC_ROOT = 0xffffffff;

/** 0x10001 for major 1, minor 1; as tc(8) writes `1:1`, in hexadecimal. */
export function classId(major: number, minor: number): number {
  return major * 0x10000 + minor;
}

/** Where a qdisc stands: the handle is its own, the parent a class of another one, or TC_ROOT. */
export interface QdiscPlace {
  readonly device: number;
  readonly handle: number;
  readonly parent: number;
}

/** What a qdisc is; `options` as the kind's own struct or attributes. */
export interface QdiscKind {
  readonly kind: string;
  readonly options: Buffer;
}

/** struct tcmsg */
function header(place: QdiscPlace): Buffer {
  const out = Buffer.alloc(20);
  out.writeInt32LE(place.device, 4);
  out.writeUInt32LE(place.handle >>> 0, 8);
  out.writeUInt32LE(place.parent >>> 0, 12);
  return out;
}

function placeText(place: QdiscPlace): string {
  return `${(place.handle >>> 16).toString(16)}: on interface ${String(place.device)}`;
}

function encode(verb: string, flags: number, place: QdiscPlace, qdisc: QdiscKind): NetlinkRequest {
  return {
    about: `${verb} ${qdisc.kind} ${placeText(place)}`,
    type: RTM_QDISC.NEW,
    flags,
    body: Buffer.concat([
      header(place),
      attribute(TCA.KIND, zeroTerminated(qdisc.kind)),
      attribute(TCA.OPTIONS, qdisc.options),
    ]),
  };
}

export function addQdisc(place: QdiscPlace, qdisc: QdiscKind): NetlinkRequest {
  return encode('add', NLM_F.CREATE | NLM_F.EXCL, place, qdisc);
}

/** Its queue stays. What is not in the options may stay as it was: give all of them. */
export function changeQdisc(place: QdiscPlace, qdisc: QdiscKind): NetlinkRequest {
  return encode('change', 0, place, qdisc);
}

/** With all below it. @throws ENOENT where there is none, EINVAL where one with another handle stands there */
export function deleteQdisc(place: QdiscPlace): NetlinkRequest {
  const about = `delete ${placeText(place)}`;
  return { about, type: RTM_QDISC.DEL, flags: 0, body: header(place) };
}

/** Every qdisc of the namespace that is not hidden. */
export function dumpQdiscs(): NetlinkRequest {
  const body = Buffer.alloc(20);
  return { about: 'list qdiscs', type: RTM_QDISC.GET, flags: NLM_F.DUMP, body };
}

/** The answer comes to the one who asked only with NLM_F_ECHO; otherwise the kernel tells the group RTNLGRP_TC. */
export function getQdisc(place: QdiscPlace): NetlinkRequest {
  const about = `read ${placeText(place)}`;
  return { about, type: RTM_QDISC.GET, flags: NLM_F.ECHO, body: header(place) };
}

/** A token bucket, tc-tbf(8). Its queue is a child that the caller adds (or a byte fifo, where `queueBytes` is given). */
export function tokenBucket(spec: {
  readonly rateBitPerSec: number;
  /** frames longer than this are dropped */
  readonly burstBytes: number;
  readonly queueBytes?: number;
}): QdiscKind {
  const bytesPerSec = Math.max(1, Math.round(spec.rateBitPerSec / 8));
  const parameters = Buffer.alloc(36);
  parameters.writeUInt8(LINK_LAYER_ETHERNET, 1);
  parameters.writeUInt32LE(Math.min(bytesPerSec, U32_MAX), 8);
  parameters.writeUInt32LE(spec.queueBytes ?? 0, 24);
  const rate64 = Buffer.alloc(8);
  rate64.writeBigUInt64LE(BigInt(bytesPerSec));
  const burst = Buffer.alloc(4);
  burst.writeUInt32LE(spec.burstBytes);
  return {
    kind: 'tbf',
    options: Buffer.concat([
      attribute(TCA_TBF.PARMS, parameters),
      ...(bytesPerSec > U32_MAX ? [attribute(TCA_TBF.RATE64, rate64)] : []),
      attribute(TCA_TBF.BURST, burst),
    ]),
  };
}

/** Bands served in order, tc-prio(8). Frames without a class of theirs in skb->priority go to band 0. */
export function priorityBands(bands: number): QdiscKind {
  const options = Buffer.alloc(20);
  options.writeUInt32LE(bands, 0);
  return { kind: 'prio', options };
}

/** tc-pfifo(8) */
export function packetFifo(limitPackets: number): QdiscKind {
  const options = Buffer.alloc(4);
  options.writeUInt32LE(limitPackets);
  return { kind: 'pfifo', options };
}

/** A qdisc as the kernel reports it. Counters are since it was made; a parent's drops include its children's. */
export interface QdiscState {
  readonly place: QdiscPlace;
  readonly kind: string;
  /** a copy */
  readonly options: Buffer;
  readonly packets: number;
  readonly bytes: number;
  readonly drops: number;
  readonly overlimits: number;
  readonly queuePackets: number;
  readonly queueBytes: number;
}

/** How many packets wait in it, and in what is below it; 0 where there is none. */
export function packetsIn(socket: NetlinkSocket, place: QdiscPlace): number {
  return socket.get([getQdisc(place)], decodeQdisc)[0]?.queuePackets ?? 0;
}

export function decodeQdisc(message: NetlinkMessage): QdiscState {
  const { body } = message;
  const attributes = decodeAttributes(body, 20);
  const stats = decodeAttributes(attributes.get(TCA.STATS2) ?? Buffer.alloc(0));
  const basic = stats.get(TCA_STATS.BASIC);
  const packets64 = stats.get(TCA_STATS.PKT64);
  const queue = stats.get(TCA_STATS.QUEUE);
  return {
    place: {
      device: body.readInt32LE(4),
      handle: body.readUInt32LE(8),
      parent: body.readUInt32LE(12),
    },
    kind: textOf(attributes.get(TCA.KIND) ?? Buffer.alloc(0)),
    options: Buffer.from(attributes.get(TCA.OPTIONS) ?? Buffer.alloc(0)),
    bytes: Number(basic?.readBigUInt64LE(0) ?? 0n),
    packets: Number(packets64?.readBigUInt64LE(0) ?? basic?.readUInt32LE(8) ?? 0),
    queuePackets: queue?.readUInt32LE(0) ?? 0,
    queueBytes: queue?.readUInt32LE(4) ?? 0,
    drops: queue?.readUInt32LE(8) ?? 0,
    overlimits: queue?.readUInt32LE(16) ?? 0,
  };
}
