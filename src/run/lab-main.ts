import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ChaosError } from '../errors.ts';
import type { StartedLab } from '../lab/lab.ts';
import { drivers } from '../lab/registry.ts';
import { notHonouredBy } from '../lab/topology.ts';
import { UndoJournal } from '../undo/journal.ts';
import { journalFile } from '../undo/journal-file.ts';
import { startRoom } from '../wire/room-main.ts';
import { serveLab } from './lab-server.ts';
import { outerProcess } from './outer.ts';
import { endLab, journalOfLab } from './lab-journal.ts';
import { UndoInEngine } from './undo-in-engine.ts';
import type { RunFile } from './run-file.ts';

/** The program of `chaos lab up`, inside a sandbox: `node lab-main.js <directory>`; no faults, no probes, no end. */
async function main(): Promise<void> {
  const directory = process.argv[2];
  if (directory === undefined) throw new ChaosError('usage', 'lab-main: no directory');
  const file = JSON.parse(readFileSync(join(directory, 'run.json'), 'utf8')) as RunFile;
  const outer = outerProcess();
  const driver = drivers[file.driver];
  if (driver === undefined) throw new ChaosError('bug', `no driver '${file.driver}'`);
  const room = startRoom(process.hrtime.bigint(), { sendAhead: false });
  const abort = new AbortController();
  for (const { node, key, message } of notHonouredBy(file.plan.topology, file.driver)) {
    outer.tell({ type: 'progress', text: `${node ?? 'lab'}: ${key}: ${message}` });
  }
  const undoing = new UndoInEngine();
  const journal = new UndoJournal(journalFile(join(directory, 'undo.ndjson')), (act) =>
    undoing.execute(act),
  );
  let lab: StartedLab | undefined;
  const takeDown = async (): Promise<void> => {
    abort.abort(new ChaosError('interrupted', 'interrupted'));
    await endLab({ lab, room, journal, outer });
    outer.tell({ type: 'done', reason: 'down', digest: '' });
  };
  let down: Promise<void> | undefined;
  const downAndOut = (): void => {
    // asked by a terminal and by `chaos lab down`: once
    down ??= takeDown().then(() => process.exit(0), failed);
  };
  outer.onInterrupt(() => {
    if (lab === undefined) abort.abort(new ChaosError('interrupted', 'interrupted'));
    else downAndOut();
  });
  try {
    lab = await driver.start(file.plan.topology, {
      room,
      runDirectory: directory,
      signal: abort.signal,
      journal: journalOfLab(journal, abort.signal),
      onEvent: (event) => {
        if (event.type === 'node-up' || event.type === 'node-down') return;
        const what = event.type === 'notice' ? event.message : `${event.service} ${event.type}`;
        outer.tell({ type: 'progress', text: `${event.node ?? 'lab'}: ${what}` });
      },
    });
  } catch (error) {
    await takeDown();
    throw error;
  }
  try {
    await serveLab(lab, join(directory, 'control.sock'), downAndOut);
  } catch (error) {
    // nobody could work with it
    await takeDown();
    throw error;
  }
  outer.tell({ type: 'event', event: { t: 0, type: 'ready' } });
}

main().catch(failed);

function failed(error: unknown): void {
  const said = error instanceof ChaosError ? [error.message, error.hint].filter(Boolean) : [error];
  process.stderr.write(
    `${said.map((s) => (s instanceof Error ? s.stack : String(s))).join('\n')}\n`,
  );
  process.exit(error instanceof ChaosError ? 69 : 70);
}
