import { SystemCallError, libc } from './libc.ts';

/** Numbers of sockets, as the kernel has them on every machine that we run on: socket(2), socket(7), recv(2). */

export const AF = { INET: 2, BRIDGE: 7, INET6: 10, NETLINK: 16, PACKET: 17 } as const;

/** Types, and flags that may be added to one. */
export const SOCK = { DGRAM: 2, RAW: 3, NONBLOCK: 0o4000, CLOEXEC: 0o2000000 } as const;

/** Levels of options, and of control messages. */
export const SOL = { SOCKET: 1, PACKET: 263, NETLINK: 270 } as const;

/** Options of level SOL.SOCKET. */
export const SO = {
  RCVBUF: 8,
  RCVTIMEO: 20,
  ATTACH_FILTER: 26,
  RCVBUFFORCE: 33,
  /** SO_TIMESTAMPNS_OLD: struct timespec on 64-bit machines */
  TIMESTAMPNS: 35,
  MARK: 36,
  /** since Linux 5.19 */
  RCVMARK: 75,
} as const;

/** Flags of sending and receiving. */
export const MSG = { TRUNC: 0x20, DONTWAIT: 0x40, NOSIGNAL: 0x4000 } as const;

/** An option of level SOL.SOCKET whose value is a number. */
export function setSocketOption(fd: number, option: number, value: number): void {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  libc.setsockopt(fd, SOL.SOCKET, option, bytes, bytes.length);
}

/** More than net.core.rmem_max needs CAP_NET_ADMIN over the namespace (and a kernel that asks only for that). */
export function setReceiveBuffer(fd: number, bytes: number): void {
  try {
    setSocketOption(fd, SO.RCVBUFFORCE, bytes);
  } catch (error) {
    if (!(error instanceof SystemCallError) || error.code !== 'EPERM') throw error;
    setSocketOption(fd, SO.RCVBUF, bytes);
  }
}
