import { ipv4Bytes, ipv6Bytes } from './frames/ethernet.ts';

/* DNS messages as far as a liar needs them: RFC 1035, 4.1. */

const HEADER_BYTES = 12;
const TYPE = { A: 1, AAAA: 28, OPT: 41 } as const;
const CLASS_IN = 1;
export const RCODE = { servfail: 2, nxdomain: 3 } as const;

export interface DnsQuestion {
  readonly id: number;
  /** lower case, without the last dot */
  readonly name: string;
  readonly type: number;
  /** where the question section ends */
  readonly end: number;
}

/** The question of a query or an answer; undefined for what is none. */
export function readQuestion(message: Buffer): DnsQuestion | undefined {
  if (message.length < HEADER_BYTES + 5 || message.readUInt16BE(4) !== 1) return undefined;
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (;;) {
    const length = message[at];
    if (length === undefined || length > 63) return undefined;
    at += 1;
    if (length === 0) break;
    labels.push(message.toString('latin1', at, at + length).toLowerCase());
    at += length;
  }
  if (at + 4 > message.length) return undefined;
  const type = message.readUInt16BE(at);
  return { id: message.readUInt16BE(0), name: labels.join('.'), type, end: at + 4 };
}

/** Is it this name, or below it? */
export function isWithin(name: string, zone: string): boolean {
  const top = zone.toLowerCase().replace(/\.$/u, '');
  return name === top || name.endsWith(`.${top}`);
}

/** An answer with an error and nothing else. */
export function errorAnswer(query: Buffer, { end }: DnsQuestion, rcode: number): Buffer {
  return answer(query, end, rcode, Buffer.alloc(0), 0);
}

/** An answer with one address; undefined when it is not what was asked for (an A for an AAAA). */
export function addressAnswer(
  query: Buffer,
  { end, type }: DnsQuestion,
  address: string,
  ttlS: number,
): Buffer | undefined {
  const bytes = address.includes(':') ? ipv6Bytes(address) : ipv4Bytes(address);
  if (type !== (bytes.length === 16 ? TYPE.AAAA : TYPE.A)) return undefined;
  const head = Buffer.alloc(12);
  head.writeUInt16BE(0xc000 | HEADER_BYTES, 0); // the name of the question
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(CLASS_IN, 4);
  head.writeUInt32BE(ttlS, 6);
  head.writeUInt16BE(bytes.length, 10);
  return answer(query, end, 0, Buffer.concat([head, bytes]), 1);
}

function answer(query: Buffer, end: number, rcode: number, records: Buffer, count: number): Buffer {
  const head = Buffer.from(query.subarray(0, end));
  // QR, the query's opcode and RD, RA; no authority, no additional records
  head.writeUInt16BE(0x8080 | (query.readUInt16BE(2) & 0x7900) | rcode, 2);
  head.writeUInt16BE(count, 6);
  head.writeUInt32BE(0, 8);
  return Buffer.concat([head, records]);
}

/** The same message with another time to live in every record (but EDNS, which has flags there). */
export function withTtl(message: Buffer, ttlS: number): Buffer {
  const changed = Buffer.from(message);
  const question = readQuestion(message);
  if (question === undefined) return changed;
  const records = message.readUInt16BE(6) + message.readUInt16BE(8) + message.readUInt16BE(10);
  let at = question.end;
  for (let n = 0; n < records && at < message.length; n++) {
    at = afterName(message, at);
    if (at + 10 > message.length) break;
    if (message.readUInt16BE(at) !== TYPE.OPT) changed.writeUInt32BE(ttlS, at + 4);
    at += 10 + message.readUInt16BE(at + 8);
  }
  return changed;
}

function afterName(message: Buffer, from: number): number {
  for (let at = from; ;) {
    const length = message[at] ?? 0;
    if (length >= 0xc0) return at + 2;
    if (length === 0) return at + 1;
    at += 1 + length;
  }
}
