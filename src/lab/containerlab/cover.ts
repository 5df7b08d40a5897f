import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { libc, O } from '../../host/libc.ts';
import { MS } from '../../host/mount.ts';

/**
 * In a mount namespace of ours: an empty directory in memory over `path`, in which only `keep` is what it was, where it
 * was. What somebody writes there is gone with the namespace.
 */
export function coverWithMemory(path: string, keep: readonly string[]): void {
  if (!existsSync(path)) return;
  const kept = keep
    .filter((each) => each.startsWith(`${path}/`) && existsSync(each))
    .map((each) => ({
      path: each,
      isDirectory: statSync(each).isDirectory(),
      // only a name for mounting it elsewhere
      fd: openSync(each, O.PATH),
    }));
  const mode = (statSync(path).mode & 0o7777).toString(8);
  libc.mount('chaos', path, 'tmpfs', 0, `mode=${mode}`);
  for (const { path: at, isDirectory, fd } of kept) {
    mkdirSync(isDirectory ? at : dirname(at), { recursive: true });
    if (!isDirectory) writeFileSync(at, '');
    libc.mount(`/proc/self/fd/${String(fd)}`, at, null, MS.BIND | MS.REC, null);
    closeSync(fd);
  }
}

/** As coverWithMemory; all that is in it stays, and what is new does not reach the machine (containerd: /opt/containerd). */
export function coverNews(path: string): void {
  if (!existsSync(path)) return;
  const all = readdirSync(path).map((name) => join(path, name));
  coverWithMemory(
    path,
    all.filter((each) => existsSync(each)),
  );
}

/** In a mount namespace of ours: what is written to these directories stays in `memory`, a directory of a tmpfs. */
export function coverWithOverlay(paths: readonly string[], memory: string): void {
  for (const path of paths.filter((each) => existsSync(each))) {
    const [upper = '', work = ''] = ['upper', 'work'].map((name) => join(memory, name + path));
    for (const each of [upper, work]) mkdirSync(each, { recursive: true });
    const options = `lowerdir=${path},upperdir=${upper},workdir=${work}`;
    libc.mount('chaos', path, 'overlay', 0, options);
  }
}
