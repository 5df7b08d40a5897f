import { accessSync, constants, statSync } from 'node:fs';
import { join } from 'node:path';

/** The directories that sandboxes search: system programs are there for users too, though not on their PATH. */
export const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Where a program is, on this PATH or among the system's; undefined where it is not installed. */
export function findProgram(
  name: string,
  path: string = `${process.env['PATH'] ?? ''}:${SYSTEM_PATH}`,
): string | undefined {
  const candidates = name.includes('/') ? [name] : path.split(':').map((at) => join(at, name));
  return candidates.find((candidate) => isExecutable(candidate));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
