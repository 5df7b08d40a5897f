import { mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { ChaosError } from '../errors.ts';

/**
 * A directory that a user named, with its parents; one that is there already is fine.
 *
 * Level by level: Node's `recursive` never returns where a file system answers ENOENT although the parent is there, as
 * /proc does.
 * @throws ChaosError 'usage' | 'cannot-run-here'
 */
export function makeDirectory(path: string, mode?: number): void {
  const missing: string[] = [];
  for (let at = resolve(path); !isDirectory(at); at = dirname(at)) missing.unshift(at);
  for (const level of missing) {
    try {
      mkdirSync(level, mode === undefined ? {} : { mode });
    } catch (cause) {
      // somebody else may have been faster
      if (!isDirectory(level)) throw notMade(path, level, cause);
    }
  }
}

/** @throws ChaosError where something else stands in the way */
function isDirectory(path: string): boolean {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found !== undefined && !found.isDirectory()) {
      throw new ChaosError('usage', `${path} is a file, and no directory`);
    }
    return found !== undefined;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOTDIR') return false;
    throw cause instanceof ChaosError ? cause : notMade(path, path, cause);
  }
}

function notMade(path: string, level: string, cause: unknown): ChaosError {
  const { code = '?' } = cause as NodeJS.ErrnoException;
  const where = resolve(path) === level ? '' : ` (${level})`;
  const about = `the directory ${path} cannot be made${where}: ${reasons[code] ?? code}`;
  const isOfTheName = code === 'ENAMETOOLONG' || code === 'ELOOP';
  return new ChaosError(isOfTheName ? 'usage' : 'cannot-run-here', about, { cause });
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'no permission',
  EPERM: 'not allowed',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space left',
  EDQUOT: 'the quota is used up',
  ENOENT: 'no directory can be made there',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'a symbolic link goes round in a circle',
};
