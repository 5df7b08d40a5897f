import { constants } from 'node:os';
import koffi from 'koffi';

/**
 * The system calls that Node has no name for, through koffi: man 2 of each. Every call below throws a
 * SystemCallError when it returns a negative value, except the ones in `attempt`, which return it.
 * Buffers whose *addresses* are written into structures must be kept reachable by their owner (see `addressOf`); what
 * the kernel uses on after the call has returned must be MappedMemory.
 */

export class SystemCallError extends Error {
  readonly call: string;
  readonly errno: number;
  readonly code: string;

  constructor(call: string, args: readonly unknown[], errno: number) {
    const code = errnoName(errno);
    const shown = args.map((a) => (Buffer.isBuffer(a) ? `<${a.length} bytes>` : String(a)));
    super(`${call}(${shown.join(', ')}): ${code}`);
    this.name = 'SystemCallError';
    this.call = call;
    this.errno = errno;
    this.code = code;
  }
}

const errnoNames = new Map(Object.entries(koffi.os.errno).map(([name, value]) => [value, name]));

/** 'ENOENT' for 2 */
export function errnoName(errno: number): string {
  return errnoNames.get(errno) ?? `errno ${errno}`;
}

/** errno(3), for what lastErrno says */
export const ERRNO: typeof constants.errno = constants.errno;

/** Flags of open(2), which other calls take too; Node has no names for two of them. */
export const O = { NONBLOCK: 0o4000, CLOEXEC: 0o2000000, PATH: 0o10000000 } as const;

/** errno of this thread's last failed call */
export function lastErrno(): number {
  return koffi.errno();
}

/** Where a buffer's bytes are. Valid only as long as the caller keeps the buffer reachable. */
export function addressOf(buffer: Uint8Array): bigint {
  return koffi.address(buffer);
}

const library = koffi.load('libc.so.6');

type Call<A extends readonly unknown[]> = (...args: A) => number;

function declare<A extends readonly unknown[]>(prototype: string): Call<A> {
  const raw = library.func(prototype) as Call<A>;
  return raw;
}

function checked<A extends readonly unknown[]>(prototype: string): Call<A> {
  const raw = declare<A>(prototype);
  const name = /(\w+)\(/.exec(prototype)?.[1] ?? prototype;
  return (...args) => {
    const result = raw(...args);
    if (result < 0) throw new SystemCallError(name, args, koffi.errno());
    return result;
  };
}

type Path = string | null;

export interface SystemCalls {
  readonly unshare: (flags: number) => number;
  readonly setns: (fd: number, type: number) => number;
  readonly mount: (source: Path, target: string, type: Path, flags: number, data: Path) => number;
  readonly umount2: (target: string, flags: number) => number;
  readonly pivot_root: (newRoot: string, putOld: string) => number;
  readonly chdir: (path: string) => number;
  readonly fchdir: (fd: number) => number;
  readonly sethostname: (name: string, length: number) => number;
  readonly chown: (path: string, uid: number, gid: number) => number;
  readonly prctl: (option: number, a: number, b: number, c: number, d: number) => number;
  readonly sched_setscheduler: (thread: number, policy: number, parameters: Uint8Array) => number;
  readonly close: (fd: number) => number;
  readonly dup3: (from: number, to: number, flags: number) => number;
  readonly socket: (domain: number, type: number, protocol: number) => number;
  readonly bind: (fd: number, address: Uint8Array, length: number) => number;
  readonly connect: (fd: number, address: Uint8Array, length: number) => number;
  readonly getsockname: (fd: number, address: Uint8Array, length: Uint8Array) => number;
  readonly setsockopt: (
    fd: number,
    level: number,
    option: number,
    value: Uint8Array,
    length: number,
  ) => number;
  readonly getsockopt: (
    fd: number,
    level: number,
    option: number,
    value: Uint8Array,
    length: Uint8Array,
  ) => number;
  readonly send: (fd: number, data: Uint8Array, length: number, flags: number) => number;
  readonly epoll_create1: (flags: number) => number;
  readonly epoll_ctl: (epoll: number, operation: number, fd: number, event: Uint8Array) => number;
  readonly timerfd_create: (clock: number, flags: number) => number;
  readonly timerfd_settime: (fd: number, flags: number, value: Uint8Array, old: null) => number;
  readonly eventfd: (initial: number, flags: number) => number;
  readonly clock_gettime: (clock: number, time: Uint8Array) => number;
  readonly write: (fd: number, data: Uint8Array, length: number) => number;
  /** gives an address; all bits set on failure */
  readonly mmap: (
    address: number,
    length: number,
    protection: number,
    flags: number,
    fd: number,
    offset: number,
  ) => bigint;
  readonly munmap: (address: bigint, length: number) => number;
}

export const libc: SystemCalls = {
  unshare: checked('int unshare(int flags)'),
  setns: checked('int setns(int fd, int type)'),
  mount: checked(
    'int mount(const char *s, const char *t, const char *f, unsigned long flags, const char *d)',
  ),
  umount2: checked('int umount2(const char *t, int flags)'),
  pivot_root: checked('int pivot_root(const char *n, const char *o)'),
  chdir: checked('int chdir(const char *p)'),
  fchdir: checked('int fchdir(int fd)'),
  sethostname: checked('int sethostname(const char *n, size_t l)'),
  chown: checked('int chown(const char *p, int u, int g)'),
  prctl: checked(
    'int prctl(int o, unsigned long a, unsigned long b, unsigned long c, unsigned long d)',
  ),
  sched_setscheduler: checked('int sched_setscheduler(int t, int p, const void *a)'),
  close: checked('int close(int fd)'),
  dup3: checked('int dup3(int o, int n, int f)'),
  socket: checked('int socket(int d, int t, int p)'),
  bind: checked('int bind(int fd, const void *a, unsigned int n)'),
  connect: checked('int connect(int fd, const void *a, unsigned int n)'),
  getsockname: checked('int getsockname(int fd, void *a, void *n)'),
  setsockopt: checked('int setsockopt(int fd, int l, int o, const void *v, unsigned int n)'),
  getsockopt: checked('int getsockopt(int fd, int l, int o, void *v, void *n)'),
  send: checked('long send(int fd, const void *b, size_t n, int f)'),
  epoll_create1: checked('int epoll_create1(int f)'),
  epoll_ctl: checked('int epoll_ctl(int e, int o, int fd, void *ev)'),
  timerfd_create: checked('int timerfd_create(int c, int f)'),
  timerfd_settime: checked('int timerfd_settime(int fd, int f, const void *v, void *o)'),
  eventfd: checked('int eventfd(unsigned int i, int f)'),
  clock_gettime: checked('int clock_gettime(int c, void *t)'),
  write: checked('long write(int fd, const void *b, size_t n)'),
  mmap: library.func(
    'void *mmap(intptr_t a, size_t n, int p, int f, int fd, long o)',
  ) as SystemCalls['mmap'],
  munmap: checked('int munmap(void *a, size_t n)'),
};

/** Calls whose failure is part of normal life (EAGAIN, EINTR): they return -1, `lastErrno` says why. */
export interface FallibleCalls {
  readonly recv: (fd: number, into: Uint8Array, length: number, flags: number) => number;
  readonly recvmsg: (fd: number, header: Uint8Array, flags: number) => number;
  readonly recvmmsg: (
    fd: number,
    headers: Uint8Array,
    count: number,
    flags: number,
    timeout: null,
  ) => number;
  readonly send: (fd: number, data: Uint8Array, length: number, flags: number) => number;
  readonly sendto: (
    fd: number,
    data: Uint8Array,
    length: number,
    flags: number,
    address: Uint8Array,
    addressLength: number,
  ) => number;
  readonly read: (fd: number, into: Uint8Array, length: number) => number;
  readonly flock: (fd: number, operation: number) => number;
  readonly epoll_wait: (
    epoll: number,
    events: Uint8Array,
    count: number,
    timeoutMs: number,
  ) => number;
}

export const attempt: FallibleCalls = {
  recv: declare('long recv(int fd, void *b, size_t n, int f)'),
  recvmsg: declare('long recvmsg(int fd, void *m, int f)'),
  recvmmsg: declare('int recvmmsg(int fd, void *m, unsigned int n, int f, void *t)'),
  send: declare('long send(int fd, const void *b, size_t n, int f)'),
  sendto: declare(
    'long sendto(int fd, const void *b, size_t n, int f, const void *a, unsigned int l)',
  ),
  read: declare('long read(int fd, void *b, size_t n)'),
  flock: declare('int flock(int fd, int op)'),
  epoll_wait: declare('int epoll_wait(int e, void *ev, int n, int t)'),
};
