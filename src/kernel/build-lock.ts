import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ChaosError } from '../errors.ts';

/**
 * An exclusive lock on a directory, for as long as the returned file is open in any process: ours, or a step of the
 * build that outlives us. flock(1) locks the open file that it inherits, so it is ours when it returns. A builder that
 * was killed leaves no lock, and its work is taken over.
 */
export async function lockDirectory(
  directory: string,
  onWait: (holder: string) => void,
): Promise<{ readonly fd: number; release(): void }> {
  const path = join(directory, 'lock');
  const fd = openSync(path, 'a+');
  if ((await flock(fd, '--nonblock')) !== 0) {
    onWait(readFileSync(path, 'utf8').trim());
    const code = await flock(fd);
    if (code !== 0) {
      closeSync(fd);
      throw new ChaosError('cannot-run-here', `cannot lock ${path} (flock exit ${code})`, {
        hint: 'apt-get install util-linux',
      });
    }
  }
  writeFileSync(path, `${process.pid}\n`);
  return { fd, release: () => closeSync(fd) };
}

function flock(fd: number, ...options: string[]): Promise<number> {
  const child = spawn('flock', ['--exclusive', ...options, '3'], {
    stdio: ['ignore', 'ignore', 'ignore', fd],
  });
  return new Promise((resolve) => {
    child.once('error', () => resolve(127));
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
