import { join, resolve } from 'node:path';
import { ChaosError } from '../../errors.ts';
import { isActing, type ActingRun } from '../../undo/acting-runs.ts';
import { stepsLeftIn } from '../../undo/replay.ts';
import { JOURNAL, undoRun } from '../../undo/undo-run.ts';
import type { Io } from '../io.ts';
import { actingRuns } from './lab-directory.ts';

interface DeadRun {
  readonly file: string;
  readonly run: ActingRun;
}

/** Runs that acted outside a sandbox and of which nobody lives any more. */
export function deadRuns(io: Io): readonly DeadRun[] {
  return actingRuns(io)
    .list()
    .filter(({ run }) => !isActing(run));
}

/** What undoDeadRun would do, line by line. */
export function whatIsLeft({ run: { runDirectory } }: DeadRun): readonly string[] {
  const steps = stepsLeftIn(join(runDirectory, JOURNAL));
  if (steps.length === 0) return [`would forget the run in ${runDirectory}: nothing is left of it`];
  return steps.map(({ about, owner }) => `would undo ${owner} of ${runDirectory}: ${about}`);
}

/** Undo what its journal says, and tell it line by line. Gives what could not be undone. */
export async function undoDeadRun({ file, run }: DeadRun, io: Io): Promise<readonly string[]> {
  const { runDirectory } = run;
  const { undone, failures } = await undoRun(file, run, 'cleanup');
  for (const text of undone) io.out(`undid of ${runDirectory}: ${text}\n`);
  for (const text of failures) io.err(`not undone of ${runDirectory}: ${text}\n`);
  if (undone.length + failures.length === 0) {
    io.out(`forgot the run in ${runDirectory}: nothing was left of it\n`);
  }
  return failures;
}

/** A run directory is emptied for the next run: not while its journal is all that knows what is to be undone. */
export function refuseUnfinished(io: Io, directory: string): void {
  const runDirectory = resolve(io.cwd, directory);
  if (
    !actingRuns(io)
      .list()
      .some(({ run }) => run.runDirectory === runDirectory)
  )
    return;
  throw new ChaosError('usage', `${directory} holds a run that is not undone yet`, {
    hint: 'chaos cleanup, or another --out',
  });
}
