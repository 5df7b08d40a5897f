import { closeSync, constants, openSync } from 'node:fs';
import { libc, O } from './libc.ts';

/**
 * Linux namespaces from one Node process (namespaces(7)). setns and unshare act on the calling *thread*; so between
 * entering and leaving only synchronous code may run, and whoever can't get back ends the process: everything after
 * that would happen in the wrong place.
 */

export const CLONE = {
  NEWNS: 0x20000,
  NEWUTS: 0x4000000,
  NEWIPC: 0x8000000,
  NEWPID: 0x20000000,
  NEWNET: 0x40000000,
  FS: 0x200,
} as const;

interface Home {
  readonly net: number;
  readonly uts: number;
  readonly pid: number;
  readonly mnt: number;
  readonly cwd: number;
}

let home: Home | undefined;

/**
 * Remember where the main thread belongs. CLONE_FS must be given up first: with shared fs attributes (libuv's pool
 * threads share them) setns to a mount namespace is EINVAL. Call it once, before any node is raised.
 */
function whereWeBelong(): Home {
  if (home !== undefined) return home;
  libc.unshare(CLONE.FS);
  home = {
    net: openSync('/proc/thread-self/ns/net', 'r'),
    uts: openSync('/proc/thread-self/ns/uts', 'r'),
    pid: openSync('/proc/thread-self/ns/pid', 'r'),
    mnt: openSync('/proc/thread-self/ns/mnt', 'r'),
    cwd: openSync('.', constants.O_DIRECTORY),
  };
  return home;
}

function orAbort(body: () => void): void {
  try {
    body();
  } catch (error) {
    process.stderr.write(`chaos: cannot return from a namespace: ${String(error)}\n`);
    process.abort();
  }
}

/** Run `body` in the network namespace behind `netnsFd`; it must be synchronous. Cost: two setns, ~5 us. */
export function inNetns<T>(netnsFd: number, body: () => T): T {
  const belong = whereWeBelong();
  libc.setns(netnsFd, CLONE.NEWNET);
  try {
    return body();
  } finally {
    orAbort(() => libc.setns(belong.net, CLONE.NEWNET));
  }
}

/** The namespaces of a node that are not the engine's own. */
export interface NamespaceFds {
  readonly net: number;
  readonly mnt?: number;
  readonly uts?: number;
  readonly pid?: number;
}

/** Run `body` (a spawn, say) in all of a node's namespaces; synchronous, absolute paths only. */
export function inNamespaces<T>(fds: NamespaceFds, body: () => T): T {
  const belong = whereWeBelong();
  try {
    if (fds.pid !== undefined) libc.setns(fds.pid, CLONE.NEWPID);
    if (fds.uts !== undefined) libc.setns(fds.uts, CLONE.NEWUTS);
    libc.setns(fds.net, CLONE.NEWNET);
    if (fds.mnt !== undefined) libc.setns(fds.mnt, CLONE.NEWNS);
    return body();
  } finally {
    orAbort(() => {
      returnHome(belong, fds);
    });
  }
}

function returnHome(belong: Home, fds: NamespaceFds): void {
  if (fds.mnt !== undefined) {
    libc.setns(belong.mnt, CLONE.NEWNS);
    libc.fchdir(belong.cwd);
  }
  libc.setns(belong.net, CLONE.NEWNET);
  if (fds.uts !== undefined) libc.setns(belong.uts, CLONE.NEWUTS);
  if (fds.pid !== undefined) libc.setns(belong.pid, CLONE.NEWPID);
}

/**
 * Make namespaces, run `inside` in them (mounts, a first process), return fds that hold them. With `pid`, the first
 * process that `inside` starts becomes init of a new pid namespace; `inside` gives its pid. `netnsFd`: a network
 * namespace that exists, instead of a new one.
 */
export function makeNamespaces(
  flags: { readonly files: boolean; readonly pid: boolean; readonly netnsFd?: number },
  inside: () => number | undefined,
): NamespaceFds {
  const belong = whereWeBelong();
  const wanted =
    (flags.netnsFd === undefined ? CLONE.NEWNET : 0) |
    (flags.files ? CLONE.NEWNS | CLONE.NEWUTS : 0) |
    (flags.pid ? CLONE.NEWPID : 0);
  const made: NamespaceFds = {
    net: -1,
    ...(flags.files && { mnt: -1, uts: -1 }),
    ...(flags.pid && { pid: -1 }),
  };
  let fds: NamespaceFds;
  let init: number | undefined;
  try {
    libc.unshare(wanted);
    if (flags.netnsFd !== undefined) libc.setns(flags.netnsFd, CLONE.NEWNET);
    // before `inside`: an init mounts its own /proc, in which this thread does not exist
    fds = {
      net: flags.netnsFd ?? openSync('/proc/thread-self/ns/net', 'r'),
      ...(flags.files && {
        mnt: openSync('/proc/thread-self/ns/mnt', 'r'),
        uts: openSync('/proc/thread-self/ns/uts', 'r'),
      }),
    };
    init = inside();
  } finally {
    orAbort(() => {
      returnHome(belong, made);
    });
  }
  // a pid namespace has no name before its first process
  return flags.pid ? { ...fds, pid: openSync(`/proc/${init}/ns/pid`, 'r') } : fds;
}

/** Whoever holds the descriptor `fd` has what is behind `fresh` from now on, all at once; `fresh` itself is closed. */
export function replaceDescriptor(fd: number, fresh: number): void {
  libc.dup3(fresh, fd, O.CLOEXEC);
  closeSync(fresh);
}

/** Let go of the namespaces: without a process in them the kernel removes them. */
export function closeNamespaces(fds: Partial<NamespaceFds>): void {
  for (const fd of [fds.net, fds.mnt, fds.uts, fds.pid]) if (fd !== undefined) closeSync(fd);
}
