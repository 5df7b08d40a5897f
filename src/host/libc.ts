import koffi from 'koffi';

/**
 * The system calls that Node has no name for, through koffi: man 2 of each. Every call below throws a
 * SystemCallError when it returns a negative value, except the ones in `attempt`, which return it.
 * Buffers whose *addresses* are written into structures must be kept reachable by their owner (see `addressOf`).
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

export const libc = {
  unshare: checked<[flags: number]>('int unshare(int flags)'),
  setns: checked<[fd: number, type: number]>('int setns(int fd, int type)'),
  mount: checked<[source: Path, target: string, type: Path, flags: number, data: Path]>(
    'int mount(const char *s, const char *t, const char *f, unsigned long flags, const char *d)',
  ),
  umount2: checked<[target: string, flags: number]>('int umount2(const char *t, int flags)'),
  chdir: checked<[path: string]>('int chdir(const char *p)'),
  fchdir: checked<[fd: number]>('int fchdir(int fd)'),
  sethostname: checked<[name: string, length: number]>('int sethostname(const char *n, size_t l)'),
  chown: checked<[path: string, uid: number, gid: number]>(
    'int chown(const char *p, int u, int g)',
  ),
  prctl: checked<[option: number, a: number, b: number, c: number, d: number]>(
    'int prctl(int o, unsigned long a, unsigned long b, unsigned long c, unsigned long d)',
  ),
  close: checked<[fd: number]>('int close(int fd)'),
  socket: checked<[domain: number, type: number, protocol: number]>(
    'int socket(int d, int t, int p)',
  ),
  bind: checked<[fd: number, address: Uint8Array, length: number]>(
    'int bind(int fd, const void *a, unsigned int n)',
  ),
  connect: checked<[fd: number, address: Uint8Array, length: number]>(
    'int connect(int fd, const void *a, unsigned int n)',
  ),
  getsockname: checked<[fd: number, address: Uint8Array, length: Uint8Array]>(
    'int getsockname(int fd, void *a, void *n)',
  ),
  setsockopt: checked<
    [fd: number, level: number, option: number, value: Uint8Array, length: number]
  >('int setsockopt(int fd, int l, int o, const void *v, unsigned int n)'),
  getsockopt: checked<
    [fd: number, level: number, option: number, value: Uint8Array, length: Uint8Array]
  >('int getsockopt(int fd, int l, int o, void *v, void *n)'),
  ioctl: checked<[fd: number, request: number, argument: Uint8Array]>(
    'int ioctl(int fd, unsigned long r, void *a)',
  ),
  send: checked<[fd: number, data: Uint8Array, length: number, flags: number]>(
    'long send(int fd, const void *b, size_t n, int f)',
  ),
  epoll_create1: checked<[flags: number]>('int epoll_create1(int f)'),
  epoll_ctl: checked<[epoll: number, operation: number, fd: number, event: Uint8Array]>(
    'int epoll_ctl(int e, int o, int fd, void *ev)',
  ),
  timerfd_create: checked<[clock: number, flags: number]>('int timerfd_create(int c, int f)'),
  timerfd_settime: checked<[fd: number, flags: number, value: Uint8Array, old: null]>(
    'int timerfd_settime(int fd, int f, const void *v, void *o)',
  ),
  eventfd: checked<[initial: number, flags: number]>('int eventfd(unsigned int i, int f)'),
  clock_gettime: checked<[clock: number, time: Uint8Array]>('int clock_gettime(int c, void *t)'),
  write: checked<[fd: number, data: Uint8Array, length: number]>(
    'long write(int fd, const void *b, size_t n)',
  ),
} as const;

/** Calls whose failure is part of normal life (EAGAIN, EINTR): they return -1, `lastErrno` says why. */
export const attempt = {
  recv: declare<[fd: number, into: Uint8Array, length: number, flags: number]>(
    'long recv(int fd, void *b, size_t n, int f)',
  ),
  recvmsg: declare<[fd: number, header: Uint8Array, flags: number]>(
    'long recvmsg(int fd, void *m, int f)',
  ),
  recvmmsg: declare<[fd: number, headers: Uint8Array, count: number, flags: number, timeout: null]>(
    'int recvmmsg(int fd, void *m, unsigned int n, int f, void *t)',
  ),
  send: declare<[fd: number, data: Uint8Array, length: number, flags: number]>(
    'long send(int fd, const void *b, size_t n, int f)',
  ),
  sendto: declare<
    [
      fd: number,
      data: Uint8Array,
      length: number,
      flags: number,
      address: Uint8Array,
      addressLength: number,
    ]
  >('long sendto(int fd, const void *b, size_t n, int f, const void *a, unsigned int l)'),
  read: declare<[fd: number, into: Uint8Array, length: number]>(
    'long read(int fd, void *b, size_t n)',
  ),
  epoll_wait: declare<[epoll: number, events: Uint8Array, count: number, timeoutMs: number]>(
    'int epoll_wait(int e, void *ev, int n, int t)',
  ),
} as const;
