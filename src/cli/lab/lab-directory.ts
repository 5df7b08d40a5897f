import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChaosError } from '../../errors.ts';
import { argvOf } from '../../host/processes.ts';
import type { RunFile } from '../../run/run-file.ts';
import { nearName } from '../../scenario/near-name.ts';
import { ActingRuns } from '../../undo/acting-runs.ts';
import type { Io } from '../io.ts';
import { makeDirectory } from '../make-directory.ts';

/** A lab that `chaos lab up` holds. Its directory has run.json, control.sock, holder.json, logs/. */
export interface HeldLab {
  readonly name: string;
  readonly directory: string;
  readonly socket: string;
  /** the process that holds it; null when it is gone (killed): then the lab is gone too */
  readonly pid: number | null;
  readonly file: string;
  readonly startedAt: string;
}

export interface Holder {
  readonly pid: number;
  readonly startedAt: string;
}

/** Where labs that are held live: short, because a socket's path has at most 107 bytes. */
export function labsDirectory(io: Io): string {
  return runtimeDirectory(io, 'chaos-labs');
}

/** Runs that act outside a sandbox, as long as they do. */
export function actingRuns(io: Io): ActingRuns {
  return new ActingRuns(runtimeDirectory(io, 'chaos-runs'));
}

/** Of this user, until the machine is started anew. */
function runtimeDirectory(io: Io, name: string): string {
  const runtime = io.env['XDG_RUNTIME_DIR'];
  const user = process.getuid?.() ?? 0;
  return runtime !== undefined && existsSync(runtime)
    ? join(runtime, name)
    : join(tmpdir(), `${name}-${user.toString()}`);
}

export function makeLabsDirectory(io: Io): string {
  const directory = labsDirectory(io);
  makeDirectory(directory, 0o700);
  return directory;
}

/** Every lab with a directory, those with a dead holder included. */
export function heldLabs(io: Io): HeldLab[] {
  const parent = labsDirectory(io);
  if (!existsSync(parent)) return [];
  return readdirSync(parent)
    .sort()
    .flatMap((name) => readLab(join(parent, name), name));
}

function readLab(directory: string, name: string): HeldLab[] {
  try {
    const holder = JSON.parse(readFileSync(join(directory, 'holder.json'), 'utf8')) as Holder;
    const run = JSON.parse(readFileSync(join(directory, 'run.json'), 'utf8')) as RunFile;
    const pid = isOurHolder(holder.pid, directory) ? holder.pid : null;
    const socket = join(directory, 'control.sock');
    const { startedAt } = holder;
    return [{ name, directory, socket, pid, file: run.plan.topology.file, startedAt }];
  } catch {
    return [{ name, directory, socket: '', pid: null, file: '', startedAt: '' }];
  }
}

/** A pid may have been given to somebody else since: a holder says what it is on its command line. */
function isOurHolder(pid: number, directory: string): boolean {
  const argv = argvOf(pid);
  // in the foreground: `node .../main.js lab up FILE`
  return argv.includes(directory) || (argv.includes('lab') && argv.includes('up'));
}

/** The lab that a user means: by name, or the only one there is. */
export function findLab(io: Io, name: string | undefined): HeldLab {
  const labs = heldLabs(io).filter((lab) => lab.pid !== null);
  const names = labs.map((lab) => lab.name);
  if (name === undefined) {
    const [only] = labs;
    if (only !== undefined && labs.length === 1) return only;
    throw labs.length === 0
      ? new ChaosError('not-found', 'no lab is up', { hint: 'chaos lab up -d FILE' })
      : new ChaosError('usage', `several labs are up: ${names.join(', ')}`, {
          hint: 'say which: --lab NAME',
        });
  }
  const found = labs.find((lab) => lab.name === name);
  if (found !== undefined) return found;
  const near = nearName(name, names);
  throw new ChaosError('not-found', `no lab called ${name} is up`, {
    hint: near === undefined ? 'chaos lab list' : `did you mean ${near}?`,
  });
}
