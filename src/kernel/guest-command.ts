import { createHash } from 'node:crypto';
import { strict as assert } from 'node:assert';
import type { ClockName } from '../run/run-file.ts';
import { SYSTEM_PATH } from './find-program.ts';
import type { EmbeddedKernel } from './find-kernel.ts';
import type { GuestDocker } from './sandbox.ts';

/** File descriptors of the kernel process, by number: 3 is the engine's console, the others are host directories. */
export const GUEST_FD = {
  console: 3,
  init: 4,
  dist: 5,
  modules: 6,
  runDirectory: 7,
  node: 8,
  nowhere: 9,
  programs: 10,
  disk: 11,
} as const;

/** The lab clock starts here, nanoseconds since 1970: 14 Nov 2023, 22:13:20 UTC. */
const START_OF_TIME = '1700000000000000000';

/**
 * V8 gives back the memory of its young generation after every collection when a program allocates little in a second
 * (heap.cc: under 1000 bytes per ms), and in the warp clock every program does: a second passes in 30 ms. Each page
 * comes back by a page fault, which was a fifth of a run's time. This is the flag that leaves the memory alone.
 */
const NODE_IN_WARP = ['--predictable'];

/** Where Debian's package user-mode-linux has its modules. */
const PACKAGED_MODULES = '/usr/lib/uml/modules';

export interface GuestOptions {
  readonly kernel: EmbeddedKernel;
  readonly clock: ClockName;
  readonly memoryMb: number;
  readonly docker?: GuestDocker | undefined;
  /** what node runs, as the guest sees it: the module, then its arguments */
  readonly engine: readonly string[];
}

/**
 * The kernel's argument vector. It is mixed into the kernel's random numbers, so nothing may be in it that differs
 * from run to run or from checkout to checkout.
 */
export function guestArguments(options: GuestOptions): readonly string[] {
  const { kernel, clock, memoryMb, engine, docker } = options;
  for (const word of engine)
    assert.match(word, /^[\w./:=,@+-]+$/, 'cannot be quoted for the kernel');
  const time = [`time-travel-start=${START_OF_TIME}`, 'time-travel=inf-cpu'];
  const fd = (number: number): string => `/proc/self/fd/${number}/.`;
  return [
    `mem=${memoryMb}M`,
    ...['root=/dev/root', 'rootfstype=hostfs', 'rootflags=/', 'ro'],
    ...['quiet', kernel.source === 'built' ? 'uml_dir=none' : `uml_dir=${fd(GUEST_FD.nowhere)}`],
    'sysctl.net.core.fb_tunnels_only_for_init_net=1',
    ...['console=tty0', 'con=null', 'con0=null,fd:1', `con1=fd:${GUEST_FD.console}`],
    ...(clock === 'warp' ? time : []),
    ...(docker === undefined ? [] : [`ubd0r=/proc/self/fd/${GUEST_FD.disk}`, 'chaos_docker=1']),
    ...(kernel.seccomp ? ['seccomp=on'] : []),
    ...(kernel.source === 'packaged' ? [`chaos_modules=${PACKAGED_MODULES}`] : []),
    ...['init=/bin/sh', '--', '-c'],
    `"mount -r -t hostfs -o ${fd(GUEST_FD.init)} none /mnt && exec unshare --net sh /mnt/guest-init.sh $@"`,
    ...['sh', '/node/node', ...(clock === 'warp' ? NODE_IN_WARP : []), ...engine],
  ];
}

/** The whole environment of the kernel process. The seed is hashed: neighbours must not give related streams. */
export function guestEnvironment(clock: ClockName, seed: number): Record<string, string> {
  const fixed = { PATH: SYSTEM_PATH };
  if (clock === 'real') return fixed;
  const digest = createHash('sha256').update(`chaos ${seed}`).digest();
  return { ...fixed, UML_SEED: (digest.readBigUInt64BE() >> 2n).toString() };
}
