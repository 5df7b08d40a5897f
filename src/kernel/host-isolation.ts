import { spawnSync } from 'node:child_process';

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
  readonly who: (typeof WAYS)[number]['who'];
  /** arguments of unshare(1) for fresh namespaces of every kind that a lab needs */
  readonly arguments: readonly string[];
}

let found: { readonly isolation: Isolation | undefined } | undefined;

/** How namespaces can be had here, by trying (once a process). */
export function hostIsolation(): Isolation | undefined {
  found ??= { isolation: tryWays() };
  return found.isolation;
}

function tryWays(): Isolation | undefined {
  for (const { who, arguments: user } of WAYS) {
    const all = [...user, ...NAMESPACES];
    const tried = spawnSync('unshare', [...all, '--', 'true'], { stdio: 'ignore' });
    if (tried.status === 0) return { who, arguments: all };
  }
  return undefined;
}
