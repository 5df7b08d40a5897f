import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  rmdirSync,
  symlinkSync,
} from 'node:fs';
import { basename } from 'node:path';
import { libc } from '../../host/libc.ts';
import { MNT_DETACH, MS } from '../../host/mount.ts';
import type { PrivateDirectory } from '../../service/service.ts';
import type { TopologyNode } from '../topology.ts';

/** Programs that change the network of their node and nothing else: a node that runs only these needs no files. */
const NETWORK_ONLY = new Set([
  'ip', 'bridge', 'tc', 'nft', 'iptables', 'ip6tables', 'ethtool', 'sysctl', 'vtysh', 'ping', 'ping6', 'arping', 'ss',
  'echo', 'true', 'sleep', 'ifconfig', 'route', 'brctl',
]); // prettier-ignore

/** Every node that has files of its own gets these; daemons find their default paths and see nobody else's. */
export const ALWAYS_PRIVATE: readonly PrivateDirectory[] = [
  { path: '/dev/shm', type: 'tmpfs', mode: 0o1777 },
  { path: '/etc', type: 'overlay' },
  { path: '/run', type: 'tmpfs', mode: 0o755 },
  { path: '/tmp', type: 'tmpfs', mode: 0o1777 },
];

/** What a node with a root of its own may write to, where it is no link to one of them; the copies vanish with it. */
const WRITABLE = /^\/(?:bin|sbin|lib\w*|usr|var|opt|srv)$/;
/** What is the machine's or a person's own and no business of a lab's. */
const EMPTY: readonly PrivateDirectory[] = [
  { path: '/home', type: 'tmpfs', mode: 0o755 },
  { path: '/media', type: 'tmpfs', mode: 0o755 },
  { path: '/mnt', type: 'tmpfs', mode: 0o755 },
  { path: '/root', type: 'tmpfs', mode: 0o700 },
];
/** Of the machine's root directory a node sees these; the rest of it (data, other mounts) is not there. */
const SEEN = /^(?:bin|sbin|lib\w*|usr|etc|var|opt|srv|dev|proc|sys|run|tmp)$/;

/**
 * Commands of other people's labs write where they like (`sh -c "… > /srv/x"`), and bind files to anywhere: to where no
 * machine has a directory (`/config`), to `/usr/local/bin`. Such a node gets a root directory of its own, or it would
 * write to the machine's.
 * @param own the directories that its image makes private
 * @param commands what else than its `exec` lines is run in it
 */
export function needsOwnRoot(
  node: TopologyNode,
  own: readonly PrivateDirectory[],
  commands: readonly (readonly string[])[] = [],
): boolean {
  const { command, healthcheck, user, tmpfs = {} } = node.settings ?? {};
  if (command !== undefined || healthcheck !== undefined || user !== undefined) return true;
  const runsOthers = [...node.exec, ...commands].some(
    ([program]) => program !== undefined && !NETWORK_ONLY.has(basename(program)),
  );
  const targets = node.binds.map(({ target }) => target);
  const hasNewTop = [...targets, ...Object.keys(tmpfs)].some((target) => {
    const top = `/${target.split('/')[1] ?? ''}`;
    return top === target || !existsSync(top) || !SEEN.test(top.slice(1));
  });
  // what is bound is written there; what is mounted in memory covers what was there
  const isPrivate = (target: string): boolean =>
    [...ALWAYS_PRIVATE, ...own].some(({ path }) => target.startsWith(`${path}/`));
  return runsOthers || hasNewTop || !targets.every(isPrivate);
}

/**
 * Synchronous, in the node's new mount namespace: a root of tmpfs in which the machine's directories are bound, and what
 * must then be made private in it. Binds are recursive: in a user namespace nothing less is allowed. `upperLayers`: what
 * is mounted there under /run is seen there too.
 */
export function makeOwnRoot(upperLayers: string): readonly PrivateDirectory[] {
  const root = '/run/root';
  mkdirSync(root, { recursive: true });
  libc.mount('node', root, 'tmpfs', 0, 'mode=755');
  for (const name of readdirSync('/').sort()) {
    if (!SEEN.test(name)) continue;
    const status = lstatSync(`/${name}`);
    if (status.isSymbolicLink()) symlinkSync(readlinkSync(`/${name}`), `${root}/${name}`);
    else if (status.isDirectory()) {
      mkdirSync(`${root}/${name}`);
      // /run is ours (the nodes' upper layers are on it) and holds this very root: bound alone
      const flags = name === 'run' ? MS.BIND : MS.BIND | MS.REC;
      libc.mount(`/${name}`, `${root}/${name}`, null, flags, null);
      if (name === 'run') {
        libc.mount(upperLayers, `${root}${upperLayers}`, null, MS.BIND, null);
      }
    }
  }
  for (const { path } of EMPTY) mkdirSync(`${root}${path}`);
  mkdirSync(`${root}/.machine`);
  libc.pivot_root(root, `${root}/.machine`);
  libc.chdir('/');
  libc.umount2('/.machine', MNT_DETACH);
  rmdirSync('/.machine');
  const overlays = readdirSync('/')
    .map((name) => `/${name}`)
    .filter((path) => WRITABLE.test(path) && lstatSync(path).isDirectory())
    .map((path): PrivateDirectory => ({ path, type: 'overlay' }));
  return [...overlays, ...EMPTY];
}
