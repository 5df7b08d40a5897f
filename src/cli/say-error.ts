import { writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ChaosError, formatProblem, messageOf } from '../errors.ts';
import { EXIT, exitCodeOf } from './exit-code.ts';
import type { Io } from './io.ts';
import { makeDirectory } from './make-directory.ts';

const MAX_PROBLEMS = 30;

/** Say an error as a person reads it, and give its exit code. No stack trace unless CHAOS_DEBUG is set. */
export function sayError(error: unknown, io: Io): number {
  if (error instanceof ChaosError && error.code !== 'bug') {
    sayChaosError(error, io);
    if (debugs(io)) io.err(`${stackOf(error)}\n`);
    return exitCodeOf(error.code);
  }
  const fileError = asFileError(error);
  if (fileError !== undefined) {
    sayChaosError(fileError, io);
    return exitCodeOf(fileError.code);
  }
  sayBug(error, io);
  return EXIT.bug;
}

function sayChaosError(error: ChaosError, io: Io): void {
  const shown = error.problems.slice(0, MAX_PROBLEMS);
  for (const problem of shown) io.err(`${formatProblem(problem)}\n`);
  const more = error.problems.length - shown.length;
  if (more > 0) io.err(`... and ${more.toString()} more\n`);
  io.err(`chaos: ${error.message}\n`);
  if (error.hint !== undefined) io.err(`  hint: ${error.hint}\n`);
}

/** A file that the user named and that cannot be read or written, or a full disk, is no bug of ours. */
function asFileError(error: unknown): ChaosError | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, path } = error as NodeJS.ErrnoException;
  // a write to a file that is open names no path
  const where = path === undefined ? '' : `: ${path}`;
  if (code === 'ENOSPC') return new ChaosError('cannot-run-here', `no space left${where}`);
  if (code === 'EDQUOT') return new ChaosError('cannot-run-here', `the quota is used up${where}`);
  if (path === undefined) return undefined;
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new ChaosError('not-found', `no such file: ${path}`);
    case 'EISDIR':
      return new ChaosError('not-found', `${path} is a directory`);
    case 'ENAMETOOLONG':
      return new ChaosError('usage', `the name is too long: ${path}`);
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new ChaosError('cannot-run-here', `no permission: ${path}`);
    case undefined:
    default:
      return undefined;
  }
}

function sayBug(error: unknown, io: Io): void {
  const message = messageOf(error);
  const details = debugs(io) ? undefined : writeDetails(error, io);
  const [firstLine = ''] = message.split('\n');
  io.err(`chaos: internal error: ${firstLine}\n`);
  if (details !== undefined) io.err(`  details: ${details}\n`);
  if (debugs(io)) io.err(`${stackOf(error)}\n`);
}

function writeDetails(error: unknown, io: Io): string | undefined {
  try {
    const state = io.env['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state');
    const directory = join(state, 'chaos');
    makeDirectory(directory);
    const path = join(directory, 'last-internal-error.txt');
    writeFileSync(path, `${new Date().toISOString()}\n${stackOf(error)}\n`);
    return path;
  } catch {
    return 'run again with CHAOS_DEBUG=1';
  }
}

function debugs(io: Io): boolean {
  return io.env['CHAOS_DEBUG'] !== undefined && io.env['CHAOS_DEBUG'] !== '';
}

/** The stack with those of its causes. */
function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.stack ?? error.message;
  return error.cause === undefined ? own : `${own}\ncaused by: ${stackOf(error.cause)}`;
}
