import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { ChaosError } from '../../errors.ts';
import { tryLock } from '../../host/file-lock.ts';
import { engineFileText } from '../../run/engine-file.ts';
import type { RunFile } from '../../run/run-file.ts';
import { makeDirectory } from '../make-directory.ts';

/** What a run writes into its directory; nothing else in there is ever removed. */
const OWN_FILES = [
  ...[
    'run.json',
    'engine.json',
    'docker.json',
    'events.ndjson',
    'host.ndjson',
    'report.json',
    'report.html',
    'junit.xml',
  ],
  ...[
    'summary.md',
    'engine-output.log',
    'undo.ndjson',
    'control.sock',
    'logs',
    'pcap',
    'lab',
    'chaos-lab',
    'probes',
  ],
];

/** `20261121-123705`, local time as people see it on their clock */
export function timeForName(date: Date): string {
  const two = (n: number): string => n.toString().padStart(2, '0');
  const day = `${date.getFullYear().toString()}${two(date.getMonth() + 1)}${two(date.getDate())}`;
  return `${day}-${two(date.getHours())}${two(date.getMinutes())}${two(date.getSeconds())}`;
}

/** Make a directory under reports/ that was not there: of two runs in one second each gets its own. */
export function newDirectoryUnder(parent: string, name: string): string {
  makeDirectory(parent);
  for (let n = 1; ; n++) {
    const path = join(parent, n === 1 ? name : `${name}-${n.toString()}`);
    try {
      mkdirSync(path);
      return path;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** Nothing was run, so nothing was written there. */
export function removeIfEmpty(path: string): void {
  try {
    rmdirSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOTEMPTY' && code !== 'ENOENT') throw error;
  }
}

/**
 * Keep other runs out of a directory until the function that this gives is called, or this process ends: one that came
 * later would empty it.
 * @throws ChaosError 'usage'
 */
export function lockRunDirectory(path: string): () => void {
  const fd = openSync(path, 'r');
  if (tryLock(fd) === 'taken') {
    closeSync(fd);
    throw new ChaosError('usage', `another run is writing to ${path}`, {
      hint: 'wait for it, or name another directory: --out',
    });
  }
  // a file system without locks: as if there were nobody else
  return () => {
    closeSync(fd);
  };
}

/**
 * Make the directory of a run. One that holds an earlier run is emptied of that run's files; one that holds anything
 * else is refused.
 */
export function prepareRunDirectory(path: string): string {
  const absolute = resolve(path);
  makeDirectory(path);
  const existing = readdirSync(absolute);
  if (existing.length > 0 && !existing.includes('run.json')) {
    throw new ChaosError('usage', `${path} is not empty and holds no run`, {
      hint: 'name a directory that does not exist yet',
    });
  }
  for (const name of OWN_FILES) rmSync(join(absolute, name), { recursive: true, force: true });
  return absolute;
}

export function writeRunFile(runDirectory: string, run: RunFile): void {
  writeFileSync(join(runDirectory, 'run.json'), `${JSON.stringify(run, null, 2)}\n`);
  writeFileSync(join(runDirectory, 'engine.json'), engineFileText(run));
}

/** The run.json of a run directory that a user named. */
export function readRunFile(runDirectory: string): RunFile {
  const path = join(runDirectory, 'run.json');
  if (!existsSync(path)) {
    throw new ChaosError('not-found', `${runDirectory} holds no run (there is no run.json)`, {
      hint: 'name a run directory, e.g. one under reports/',
    });
  }
  const run = (parseJson(path) ?? {}) as Partial<RunFile>;
  if (run.schema !== 'chaos.run/1') {
    throw new ChaosError(
      'not-found',
      `${path} is no run of this version (schema ${String(run.schema)})`,
    );
  }
  if (run.plan === undefined) {
    throw new ChaosError('not-found', `${path} holds no plan: was it changed by hand?`);
  }
  return run as RunFile;
}

function parseJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new ChaosError('not-found', `${path} is not JSON: was it cut off?`, { cause });
  }
}

/** As short as a path can be said from here. */
export function shortPath(path: string, cwd: string): string {
  const short = relative(cwd, path);
  return short === '' ? '.' : short.startsWith('../..') ? path : short;
}
