import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmdirSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { ChaosError } from '../../errors.ts';
import { libc, SystemCallError } from '../../host/libc.ts';
import { MNT_DETACH, MS } from '../../host/mount.ts';
import type { PrivateDirectory } from '../../service/service.ts';
import type { TopologyNode } from '../topology.ts';
import { ALWAYS_PRIVATE, makeOwnRoot } from './own-root.ts';

/**
 * A tmpfs for the upper layers of all nodes' overlays. On /run, because it exists everywhere and the sandbox's own
 * mount namespace makes it invisible to the host. Returns the directory.
 */
export function prepareScratch(): string {
  libc.mount('chaos', '/run', 'tmpfs', 0, 'mode=755');
  mkdirSync('/run/nodes');
  return '/run/nodes';
}

/** One file system for the upper layers of each node: what fills up in one is not full in others. */
export function mountUpperLayers(scratch: string, node: string): void {
  mkdirSync(join(scratch, node));
  libc.mount('node', join(scratch, node), 'tmpfs', 0, 'mode=755');
}

/** Once the node's mount namespace is gone. */
export function unmountUpperLayers(scratch: string, node: string): void {
  libc.umount2(join(scratch, node), MNT_DETACH);
  rmdirSync(join(scratch, node));
}

/** Synchronous, inside the node's new mount namespace. Parents come before what lies in them. */
export function mountPrivateDirectories(
  scratch: string,
  node: string,
  wanted: readonly PrivateDirectory[],
  ownRoot: boolean,
): void {
  libc.mount('', '/', null, MS.REC | MS.PRIVATE, null);
  const ofRoot = ownRoot ? makeOwnRoot(join(scratch, node)) : [];
  const all = new Map([...ALWAYS_PRIVATE, ...ofRoot, ...wanted].map((d) => [d.path, d]));
  const inOrder = [...all.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  // /run is covered last: the upper layers are reached through it until then
  const underRun = (d: PrivateDirectory): boolean => `${d.path}/`.startsWith('/run/');
  for (const directory of inOrder.filter((d) => !underRun(d)))
    mountOne(scratch, node, directory, { all, ownRoot });
  for (const directory of inOrder.filter(underRun)) {
    mountOne(scratch, node, directory, { all, ownRoot });
  }
  // daemons still name it so (FRR); where it is no link to /run, it would be the same for all nodes
  if (!lstatSync('/var/run').isSymbolicLink()) libc.mount('/run', '/var/run', null, MS.BIND, null);
}

/** Those that the lab file asks for. */
export function directoriesOf({ settings }: TopologyNode): readonly PrivateDirectory[] {
  const mounts = Object.entries(settings?.tmpfs ?? {}).map(([path, options]): PrivateDirectory => {
    // what stands there for all nodes has its mode for a reason: /tmp is everybody's
    const mode = ALWAYS_PRIVATE.find((each) => each.path === path)?.mode;
    return { path, type: 'tmpfs', options, ...(mode !== undefined && { mode }) };
  });
  const bytes = settings?.shmBytes;
  if (bytes === undefined) return mounts;
  return [...mounts, { path: '/dev/shm', type: 'tmpfs', mode: 0o1777, options: `size=${bytes}` }];
}

interface Own {
  readonly all: ReadonlyMap<string, PrivateDirectory>;
  /** the root directory is a tmpfs of the node */
  readonly ownRoot: boolean;
}

function mountOne(scratch: string, node: string, directory: PrivateDirectory, own: Own): void {
  if (!existsSync(directory.path)) {
    // only what is already the node's own may be added to: anything else is the host's file system
    const isPrivate = [...own.all.keys()].some((path) => directory.path.startsWith(`${path}/`));
    const parent = existingParent(directory.path);
    if (parent === '/' && !own.ownRoot) {
      const what = `a node cannot get a new directory in /: ${directory.path}`;
      throw new ChaosError('lab-failed', what);
    }
    if (!isPrivate && parent !== '/')
      mountOne(scratch, node, { path: parent, type: 'overlay' }, own);
    mkdirSync(directory.path, { recursive: true });
  }
  if (directory.type === 'tmpfs') {
    const { flags, data } = tmpfsOptions(directory);
    libc.mount('node', directory.path, 'tmpfs', flags, data);
    return;
  }
  const base = join(scratch, node, directory.path.slice(1).replaceAll('/', '_'));
  mkdirSync(`${base}.upper`, { recursive: true });
  mkdirSync(`${base}.work`);
  chmodSync(`${base}.upper`, statSync(directory.path).mode & 0o7777);
  const options = `lowerdir=${directory.path},upperdir=${base}.upper,workdir=${base}.work`;
  try {
    libc.mount('node', directory.path, 'overlay', 0, options);
  } catch (error) {
    // in a user namespace overlayfs may only use user.* attributes
    if (!(error instanceof SystemCallError) || error.code !== 'EPERM') throw error;
    libc.mount('node', directory.path, 'overlay', 0, `${options},userxattr`);
  }
}

/** The nearest directory above `path` that exists: /var/log for /var/log/frr where that package has left none. */
function existingParent(path: string): string {
  const parent = dirname(path);
  return existsSync(parent) ? parent : existingParent(parent);
}

/** Words of mount(8) that are flags of mount(2), and those that say what is so anyway. */
const FLAGS: Readonly<Record<string, number>> = {
  ...{ ro: MS.RDONLY, nosuid: MS.NOSUID, nodev: MS.NODEV, noexec: MS.NOEXEC },
  ...{ rw: 0, suid: 0, dev: 0, exec: 0, relatime: 0 },
};

function tmpfsOptions(directory: PrivateDirectory): { flags: number; data: string } {
  const words = (directory.options ?? '').split(',').filter((word) => word !== '');
  const given = words.filter((word) => FLAGS[word] === undefined);
  const options = [`mode=${(directory.mode ?? 0o755).toString(8)}`, ...given];
  if (directory.user !== undefined) options.push(`uid=${idOf('/etc/passwd', directory.user)}`);
  if (directory.group !== undefined) options.push(`gid=${idOf('/etc/group', directory.group)}`);
  const flags = words.reduce((all, word) => all | (FLAGS[word] ?? 0), 0);
  return { flags, data: options.join(',') };
}

/** The numeric id of a user (passwd(5)) or group (group(5)); both files have it in the third field. */
function idOf(file: string, name: string): string {
  const line = readFileSync(file, 'utf8')
    .split('\n')
    .find((l) => l.startsWith(`${name}:`));
  const id = line?.split(':')[2];
  if (id === undefined) throw new Error(`no '${name}' in ${file}: is its package installed?`);
  return id;
}
