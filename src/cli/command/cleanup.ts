import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { defineCommand, type Command } from '../command.ts';
import type { Io } from '../io.ts';
import { EXIT } from '../exit-code.ts';
import { heldLabs } from '../lab/lab-directory.ts';
import { deadRuns, undoDeadRun, whatIsLeft } from '../lab/undo-dead-runs.ts';
import { listProcesses } from '../../host/processes.ts';

const schema = z.object({ 'dry-run': z.boolean().default(false) });

export const command: Command = defineCommand({
  name: 'cleanup',
  about:
    'undo what killed runs did outside of sandboxes, and remove what they left: only what is ours',
  positionals: [],
  options: { 'dry-run': { type: 'boolean', about: 'only say what would be done' } },
  examples: [],
  schema,
  async run({ 'dry-run': dryRun }, io) {
    const failures: string[] = [];
    const runs = deadRuns(io);
    for (const run of runs) {
      if (dryRun) for (const line of whatIsLeft(run)) io.out(`${line}\n`);
      else failures.push(...(await undoDeadRun(run, io)));
    }
    const stale = [...staleLabs(io), ...staleTemporaryDirectories(io)];
    for (const path of stale) {
      if (!dryRun) rmSync(path, { recursive: true, force: true });
      io.out(`${dryRun ? 'would remove' : 'removed'} ${path}\n`);
    }
    if (stale.length + runs.length === 0) {
      io.out(
        'nothing of ours is left: sandboxes take namespaces, interfaces and processes with them\n',
      );
    }
    return failures.length === 0 ? EXIT.pass : EXIT.notClean;
  },
});

function staleLabs(io: Io): string[] {
  return heldLabs(io)
    .filter((lab) => lab.pid === null)
    .map((lab) => lab.directory);
}

/** Directories `chaos-XXXXXX` of this user, when no embedded kernel runs that may use one. */
function staleTemporaryDirectories(io: Io): string[] {
  const user = process.getuid?.() ?? 0;
  const places = [tmpdir(), '/dev/shm', io.env['XDG_RUNTIME_DIR']];
  const candidates = places.flatMap((place) =>
    place !== undefined && existsSync(place)
      ? readdirSync(place)
          .filter((name) => /^chaos-[A-Za-z0-9]{6}$/.test(name))
          .map((name) => join(place, name))
      : [],
  );
  if (listProcesses().some((one) => one.command === 'linux')) return []; // an embedded kernel is at work
  return candidates.filter((path) => {
    const stat = statSync(path, { throwIfNoEntry: false });
    return stat?.isDirectory() === true && stat.uid === user;
  });
}
