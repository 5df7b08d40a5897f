import { appendFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../errors.ts';
import type { HostEvent } from '../run/events.ts';
import { forgetRun, type ActingRun } from './acting-runs.ts';
import { endSession } from './end-session.ts';
import { replayJournal, type Replayed } from './replay.ts';

export const JOURNAL = 'undo.ndjson';

/**
 * A run that acted outside a sandbox and whose engine is dead or to be dead: end what is left of it, undo what its
 * journal says, write down what came of it (host.ndjson), and forget the run when nothing is left. Says nothing where
 * there was nothing to do.
 */
export async function undoRun(
  file: string,
  { runDirectory, engine }: ActingRun,
  by: 'watchdog' | 'runner' | 'cleanup',
): Promise<Replayed> {
  const replayed = await undoAll(runDirectory, engine);
  const { undone, failures } = replayed;
  // a run directory that is gone has taken its journal with it
  if (undone.length + failures.length > 0 && existsSync(runDirectory)) {
    const event: HostEvent = { wall: Date.now(), type: 'undone', by, what: undone, failures };
    appendFileSync(join(runDirectory, 'host.ndjson'), `${JSON.stringify(event)}\n`);
  }
  if (failures.length === 0) forgetRun(file);
  return replayed;
}

async function undoAll(runDirectory: string, engine: ActingRun['engine']): Promise<Replayed> {
  try {
    if (engine !== null) await endSession(engine);
    return await replayJournal(join(runDirectory, JOURNAL));
  } catch (error) {
    return { undone: [], failures: [messageOf(error)] };
  }
}
