import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const NAMESPACES = [
  ...['--mount', '--net', '--uts', '--ipc', '--pid', '--fork'],
  ...['--propagation', 'private', '--mount-proc', '--kill-child=KILL'],
];

/** Ways to get namespaces, best first. Only with a range of sub-ids can daemons change to a user of their own. */
const WAYS = [
  { who: 'root', arguments: [] },
  { who: 'user with sub-ids', arguments: ['--user', '--map-root-user', '--map-auto'] },
  { who: 'user', arguments: ['--user', '--map-root-user'] },
] as const;

export interface Isolation {
  readonly who: (typeof WAYS)[number]['who'] | 'root in a user namespace';
  /** argv that is put before a command, to run it in fresh namespaces of every kind that a lab needs */
  readonly enter: readonly [string, ...string[]];
}

/**
 * In namespaces of the machine's processes and users, with a network and mounts of its own: for what shares processes
 * with a Docker of the machine. It is the very process that is started, so that it can die with its starter.
 */
export const BESIDE_DOCKER: readonly string[] = [
  ...['unshare', '--mount', '--net', '--uts', '--ipc', '--propagation', 'slave', '--'],
];

/**
 * Root of a user namespace in which every user is who he is outside: a bounding set that has been reduced is whole in
 * there (user_namespaces(7)). unshare(1) lets newuidmap write the map, which asks for sub-ids that root has none of.
 */
const SAME_USERS = `
unshare --user sleep 10 & holder=$!
until [ "$(readlink /proc/$holder/ns/user)" != "$(readlink /proc/$$/ns/user)" ]; do
  [ -d /proc/$holder/ns ] || exit 1
done
echo '0 0 65536' >/proc/$holder/uid_map && echo '0 0 65536' >/proc/$holder/gid_map || exit 1
exec 9</proc/$holder/ns/user
kill $holder
exec nsenter --user=/proc/self/fd/9 --setuid 0 --setgid 0 -- setpriv --pdeathsig KILL -- \\
  sh -c 'exec "$@" 9<&-' sh "$@"
`;

let found: { readonly isolation: Isolation | undefined } | undefined;
let foundForDocker: { readonly isolation: Isolation | undefined } | undefined;

/** How namespaces can be had here, by trying (once a process). */
export function hostIsolation(): Isolation | undefined {
  found ??= { isolation: tryWays() };
  return found.isolation;
}

/** How a Docker can be had in a sandbox here: containers are started with every capability, and with users of their own. */
export function dockerIsolation(): Isolation | undefined {
  foundForDocker ??= { isolation: tryDockerWays() };
  return foundForDocker.isolation;
}

/** Which capabilities may a process here ever have? Containers of others and hardened runners have not all. */
export function hasAllCapabilities(): boolean {
  const bounding = /^CapBnd:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  const last = BigInt(readFileSync('/proc/sys/kernel/cap_last_cap', 'utf8').trim());
  return BigInt(`0x${bounding ?? '0'}`) === (1n << (last + 1n)) - 1n;
}

function tryWays(): Isolation | undefined {
  for (const { who, arguments: user } of WAYS) {
    const isolation: Isolation = { who, enter: ['unshare', ...user, ...NAMESPACES, '--'] };
    if (works(isolation)) return isolation;
  }
  return undefined;
}

function tryDockerWays(): Isolation | undefined {
  const usual = hostIsolation();
  if (usual?.who === 'user with sub-ids') return usual;
  if (usual?.who !== 'root') return undefined;
  if (hasAllCapabilities()) return usual;
  const isolation: Isolation = {
    who: 'root in a user namespace',
    enter: ['sh', '-c', SAME_USERS, 'sh', 'unshare', ...NAMESPACES, '--'],
  };
  return works(isolation) ? isolation : undefined;
}

function works({ enter }: Isolation): boolean {
  const [program, ...argv] = enter;
  return spawnSync(program, [...argv, 'true'], { stdio: 'ignore' }).status === 0;
}
