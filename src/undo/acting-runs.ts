import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { isAlive } from '../host/processes.ts';
import type { ProcessMark } from './undo-act.ts';

/** A run that acts outside a sandbox, while it does, and until all of it is undone. */
export interface ActingRun {
  /** absolute; undo.ndjson is in it */
  readonly runDirectory: string;
  readonly runner: ProcessMark;
  /** leader of the session that the engine and the commands that it starts are in; null: not started yet */
  readonly engine: ProcessMark | null;
}

/** One small file per run, in a directory that belongs to this user alone: whoever reads it does what it leads to. */
export class ActingRuns {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Gives the file. */
  add(run: ActingRun): string {
    const { pid, startTicks } = run.runner;
    const file = join(this.#directory, `${pid}-${startTicks}-${nextNumber()}`);
    for (;;) {
      mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
      if (!isOurs(this.#directory)) {
        throw new Error(`${this.#directory} is not a directory that only this user may write to`);
      }
      try {
        writeRun(file, run);
        return file;
      } catch (error) {
        // the last run of somebody else has just taken the directory with it
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      }
    }
  }

  list(): readonly { readonly file: string; readonly run: ActingRun }[] {
    if (!isOurs(this.#directory)) return [];
    return readdirSync(this.#directory)
      .filter((name) => !name.endsWith('.part'))
      .sort()
      .map((name) => join(this.#directory, name))
      .flatMap((file) => {
        const run = readRun(file);
        return run === undefined ? [] : [{ file, run }];
      });
  }
}

let lastNumber = 0;

/** One runner may have several runs. */
function nextNumber(): number {
  return ++lastNumber;
}

function isOurs(directory: string): boolean {
  const status = lstatSync(directory, { throwIfNoEntry: false });
  if (status?.isDirectory() !== true) return false;
  return status.uid === process.getuid?.() && (status.mode & 0o022) === 0;
}

/** Whole or not at all. */
export function writeRun(file: string, run: ActingRun): void {
  const part = `${file}.part`;
  writeFileSync(part, JSON.stringify(run), { mode: 0o600 });
  renameSync(part, file);
}

/** undefined: it is over */
export function readRun(file: string): ActingRun | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ActingRun;
  } catch {
    return undefined;
  }
}

/** The last one takes the directory with it. */
export function forgetRun(file: string): void {
  rmSync(file, { force: true });
  const directory = dirname(file);
  if (isOurs(directory) && readdirSync(directory).length === 0) removeEmpty(directory);
}

function removeEmpty(directory: string): void {
  try {
    rmdirSync(directory);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // another run has come, or another one has removed it
    if (code !== 'ENOTEMPTY' && code !== 'ENOENT') throw error;
  }
}

/** Does anybody still act, or see to it that what was done is undone? */
export function isActing({ runner, engine }: ActingRun): boolean {
  return isAlive(runner) || (engine !== null && isAlive(engine));
}
