import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { kernelFiles } from './places.ts';

const WORLD_READABLE = 0o004;

/** Changes by itself (DHCP, clocks) or is a copy that nothing reads. */
const PASSED_OVER = /^\/etc\/(resolv\.conf|adjtime|\.pwd\.lock|.*-)$/;

/**
 * Names the root that a guest sees, as far as it can change a run: the packages of this machine, all of /etc (a user
 * more in /etc/passwd is a system call more in a daemon, and another digest of the run), what was installed by hand, and
 * how the guest is set up. What only some users may read counts by its size, so that all users get the same answer.
 * 16 hex digits; takes about 50 ms.
 */
export function rootDigest(): string {
  const hash = createHash('sha256');
  hash.update(readOr('/var/lib/dpkg/status'));
  addTree('/etc', (text) => hash.update(text));
  addTree('/usr/local/sbin', (text) => hash.update(text));
  addTree('/usr/local/bin', (text) => hash.update(text));
  for (const name of ['guest-init.sh', 'guest.fstab'])
    hash.update(readFileSync(join(kernelFiles, name)));
  return hash.digest('hex').slice(0, 16);
}

/** Names, kinds, sizes and contents below a directory, in order of name. */
function addTree(directory: string, add: (text: string | Buffer) => void): void {
  for (const name of namesIn(directory)) {
    const path = join(directory, name);
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat === undefined || PASSED_OVER.test(path)) continue;
    add(`${path}\0${stat.mode} ${stat.isDirectory() ? 0 : stat.size}\0`);
    if (stat.isDirectory()) {
      if ((stat.mode & WORLD_READABLE) !== 0) addTree(path, add);
    } else if (stat.isSymbolicLink()) add(readlinkSync(path));
    else if (stat.isFile() && (stat.mode & WORLD_READABLE) !== 0) add(readOr(path));
  }
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory).sort();
  } catch {
    return [];
  }
}

function readOr(path: string): Buffer | string {
  try {
    return readFileSync(path);
  } catch {
    return '';
  }
}
