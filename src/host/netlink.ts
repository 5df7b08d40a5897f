/**
 * The netlink wire format, netlink(7): messages of a 16-byte header and attributes of a 4-byte header, all in host
 * byte order. Node runs on little-endian machines only (x86-64, arm64), so that is what is written here.
 */

/** Flags of a message header, linux/netlink.h. */
export const NLM_F = {
  REQUEST: 0x1,
  ACK: 0x4,
  ECHO: 0x8,
  /** GET: all objects */
  DUMP: 0x300,
  /** NEW: replace an object that exists */
  REPLACE: 0x100,
  /** NEW: fail when it exists */
  EXCL: 0x200,
  /** NEW: make it when it does not exist */
  CREATE: 0x400,
} as const;

/** Message types that every netlink family shares. */
export const NLMSG = { ERROR: 2, DONE: 3 } as const;

/** Without the nested and byte-order flags. */
const ATTRIBUTE_TYPE_MASK = 0x3fff;
const HEADER_BYTES = 16;

/** What is asked of the kernel. `about` names it in errors: 'create w1a'. */
export interface NetlinkRequest {
  readonly about: string;
  readonly type: number;
  readonly flags: number;
  /** the family's fixed header and the attributes */
  readonly body: Buffer;
}

/** A message from the kernel; `body` is a view that is valid until the next receive. */
export interface NetlinkMessage {
  readonly type: number;
  readonly flags: number;
  readonly sequence: number;
  readonly body: Buffer;
}

export function align4(length: number): number {
  return (length + 3) & ~3;
}

/** One attribute, padded to four bytes. */
export function attribute(type: number, payload: Uint8Array): Buffer {
  const out = Buffer.alloc(align4(4 + payload.length));
  out.writeUInt16LE(4 + payload.length, 0);
  out.writeUInt16LE(type, 2);
  out.set(payload, 4);
  return out;
}

/** An attribute whose payload is attributes. */
export function nested(type: number, children: readonly Buffer[]): Buffer {
  return attribute(type, Buffer.concat(children));
}

export const U32_MAX = 0xffffffff;

export function u32(value: number): Buffer {
  const out = Buffer.alloc(4);
  out.writeUInt32LE(value >>> 0);
  return out;
}

export function i32(value: number): Buffer {
  const out = Buffer.alloc(4);
  out.writeInt32LE(value);
  return out;
}

/** A string with its terminating zero. */
export function zeroTerminated(text: string): Buffer {
  return Buffer.from(`${text}\0`);
}

/** A whole message with its header; `sequence` comes back in the answer. */
export function encodeMessage(request: NetlinkRequest, sequence: number): Buffer {
  const out = Buffer.alloc(align4(HEADER_BYTES + request.body.length));
  out.writeUInt32LE(HEADER_BYTES + request.body.length, 0);
  out.writeUInt16LE(request.type, 4);
  out.writeUInt16LE(request.flags | NLM_F.REQUEST, 6);
  out.writeUInt32LE(sequence, 8);
  out.set(request.body, HEADER_BYTES);
  return out;
}

/** The messages in the first `length` bytes of what one recv(2) gave. */
export function* decodeMessages(buffer: Buffer, length: number): Generator<NetlinkMessage> {
  let at = 0;
  while (at + HEADER_BYTES <= length) {
    const size = buffer.readUInt32LE(at);
    if (size < HEADER_BYTES || at + size > length) return;
    yield {
      type: buffer.readUInt16LE(at + 4),
      flags: buffer.readUInt16LE(at + 6),
      sequence: buffer.readUInt32LE(at + 8),
      body: buffer.subarray(at + HEADER_BYTES, at + size),
    };
    at += align4(size);
  }
}

/** Attributes by type, from `start` on; a type that comes twice keeps its last value. */
export function decodeAttributes(body: Buffer, start = 0): Map<number, Buffer> {
  const found = new Map<number, Buffer>();
  let at = start;
  while (at + 4 <= body.length) {
    const size = body.readUInt16LE(at);
    if (size < 4 || at + size > body.length) break;
    found.set(body.readUInt16LE(at + 2) & ATTRIBUTE_TYPE_MASK, body.subarray(at + 4, at + size));
    at += align4(size);
  }
  return found;
}

/** The text of a string attribute, without its terminating zero. */
export function textOf(payload: Buffer): string {
  const end = payload.indexOf(0);
  return payload.toString('utf8', 0, end < 0 ? payload.length : end);
}

/** 'aa:c1:ab:00:00:01' as six bytes. */
export function macBytes(mac: string): Buffer {
  return Buffer.from(mac.replaceAll(':', ''), 'hex');
}

/** Six bytes as 'aa:c1:ab:00:00:01'. */
export function macText(bytes: Buffer): string {
  return bytes.toString('hex').replaceAll(/(..)(?=.)/g, '$1:');
}
