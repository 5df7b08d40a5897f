import { readFileSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { ChaosError } from '../errors.ts';

const MEGABYTE = 2 ** 20;

/** What the guest of a run has. */
export const GUEST_MEMORY_MB = 2048;

/**
 * Where the guest's memory lies: an unlinked file, mapped with execute permission, that grows with what the guest
 * touches. A tmpfs is best; where none is large enough (a container's /dev/shm has 64 MB), a disk does too.
 */
export function memoryDirectory(memoryMb: number): string {
  const runtime = process.env['XDG_RUNTIME_DIR'];
  const candidates = [
    '/dev/shm',
    ...(runtime === undefined ? [] : [runtime]),
    tmpdir(),
    '/var/tmp',
  ];
  const mounts = readFileSync('/proc/self/mounts', 'utf8');
  const found = candidates.find(
    (directory) => !isNoExec(mounts, directory) && freeMb(directory) >= memoryMb,
  );
  if (found !== undefined) return found;
  throw new ChaosError('cannot-run-here', `no place for ${memoryMb} MB of guest memory`, {
    hint: `one of ${candidates.join(', ')} needs so much free space and no noexec: mount -o remount,size=${memoryMb + 64}M,exec /dev/shm`,
  });
}

function freeMb(directory: string): number {
  try {
    const { bavail, bsize } = statfsSync(directory);
    return (bavail * bsize) / MEGABYTE;
  } catch {
    return 0;
  }
}

function isNoExec(mounts: string, directory: string): boolean {
  return mounts
    .split('\n')
    .map((line) => line.split(' '))
    .some(([, at, , flags]) => at === directory && (flags ?? '').split(',').includes('noexec'));
}
