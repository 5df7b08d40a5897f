import { addressOf, libc } from './libc.ts';
import { SO, SOL } from './socket.ts';

/** Classic BPF, Documentation/networking/filter.rst: the socket filters that every packet socket understands. */

const PROGRAM_AT = 16;

/** Opcodes. A is the accumulator, X the index register. */
export const BPF = {
  /** A = 32, 16, 8 bits at k */
  LOAD_WORD: 0x20,
  LOAD_HALF: 0x28,
  LOAD_BYTE: 0x30,
  /** A = 16 bits at X + k */
  LOAD_HALF_INDEXED: 0x48,
  /** X = 4 * (byte at k & 0xf): the length of an IPv4 header */
  LOAD_HEADER_LENGTH: 0xb1,
  JUMP_EQUAL: 0x15,
  /** A & k */
  JUMP_SET: 0x45,
  RETURN: 0x06,
} as const;

/** What LOAD_WORD finds of the packet instead of in it (linux/filter.h, SKF_AD_*). */
export const BPF_ABOUT = {
  /** PACKET_OUTGOING and the like */
  PACKET_TYPE: 0xfffff004,
  INTERFACE: 0xfffff008,
} as const;

/** An instruction; jumps name labels ('' is the next instruction), which are other entries of the program. */
export type BpfStep =
  | { readonly label: string }
  | { readonly code: number; readonly k: number; readonly yes?: string; readonly no?: string };

/** struct sock_filter for each step. @throws on a label that is unknown, behind, or more than 255 steps ahead */
export function assemble(steps: readonly BpfStep[]): Buffer {
  const labels = new Map<string, number>();
  let count = 0;
  for (const step of steps) {
    if ('label' in step) labels.set(step.label, count);
    else count++;
  }
  const distance = (from: number, label: string | undefined): number => {
    if (label === undefined || label === '') return 0;
    const away = (labels.get(label) ?? -1) - from - 1;
    if (away < 0 || away > 255) throw new RangeError(`bpf: cannot jump to '${label}'`);
    return away;
  };
  const out = Buffer.alloc(8 * count);
  let at = 0;
  for (const step of steps) {
    if ('label' in step) continue;
    out.writeUInt16LE(step.code, 8 * at);
    out.writeUInt8(distance(at, step.yes), 8 * at + 2);
    out.writeUInt8(distance(at, step.no), 8 * at + 3);
    out.writeUInt32LE(step.k, 8 * at + 4);
    at++;
  }
  return out;
}

/** From now on the socket receives only what the program returns non-zero for. */
export function attachFilter(fd: number, program: Buffer): void {
  // struct sock_fprog with the program behind it: what is reachable is all of it, until the call returns
  const all = Buffer.concat([Buffer.alloc(PROGRAM_AT), program]);
  all.writeUInt16LE(program.length / 8, 0);
  all.writeBigUInt64LE(addressOf(all) + BigInt(PROGRAM_AT), 8);
  libc.setsockopt(fd, SOL.SOCKET, SO.ATTACH_FILTER, all, PROGRAM_AT);
}
