import { lstatSync, readlinkSync } from 'node:fs';
import { posix } from 'node:path';

/** linux/namei.c: MAXSYMLINKS */
const LINKS_AT_MOST = 40;

/**
 * Where we see a path of another root directory (`/proc/<pid>/root`). The kernel would follow absolute symbolic links,
 * and `..`, out of it and into our own files: here they lead to where they lead for those who live there. What does not
 * exist is as it is written.
 */
export function pathInRoot(root: string, path: string): string {
  let done = '/';
  let todo = parts(path);
  for (let links = 0; todo.length > 0;) {
    const [name = '', ...rest] = todo;
    const next = posix.join(done, name);
    const target = name === '..' ? null : linkAt(root + next);
    if (target === null) done = next;
    else if (++links > LINKS_AT_MOST) throw new Error(`${path}: too many symbolic links`);
    else if (target.startsWith('/')) done = '/';
    todo = target === null ? rest : [...parts(target), ...rest];
  }
  return done === '/' ? root : root + done;
}

function parts(path: string): readonly string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.');
}

/** Where it leads; null when it is no symbolic link, or is not there. */
function linkAt(path: string): string | null {
  const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  return isLink ? readlinkSync(path) : null;
}
