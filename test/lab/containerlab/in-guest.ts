import assert from 'node:assert/strict';
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startSandbox } from '../../../src/kernel/start-sandbox.ts';
import { readTopology } from '../../../src/lab/clab/read-topology.ts';
import { stageLab } from '../../../src/lab/clab/stage-lab.ts';
import { guestDockerHere } from './guest-docker-here.ts';

const here = fileURLToPath(new URL('.', import.meta.url));

export interface InGuest {
  /** of programs/ */
  readonly program: string;
  /** the lab file, from the root of the repository */
  readonly lab: string;
  readonly driver: string;
  /** more files for the run directory */
  readonly files?: Readonly<Record<string, string>>;
  /** what the lab file's variables stand for */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Run a program with a lab in the embedded kernel, on the real clock; what it says, line by line. */
export async function inGuest(what: InGuest): Promise<readonly unknown[]> {
  const directory = mkdtempSync(join(tmpdir(), 'chaos-guest-'));
  try {
    const file = join(here, '../../..', what.lab);
    const environment = what.environment ?? {};
    const read = (path: string): string | undefined => readFileSync(path, 'utf8');
    const topology = readTopology(readFileSync(file, 'utf8'), file, {
      environment,
      readFile: read,
    });
    const staged = stageLab(topology);
    for (const { from, to } of staged.copies) {
      mkdirSync(dirname(join(directory, to)), { recursive: true });
      cpSync(from, join(directory, to), { recursive: true, dereference: true });
    }
    const files = { ...what.files, 'topology.json': JSON.stringify(staged.topology) };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
    copyFileSync(join(here, 'programs', what.program), join(directory, what.program));
    const docker = guestDockerHere();
    const sandbox = await startSandbox({
      ...{ kernel: 'embedded', clock: 'real', seed: 1, memoryMb: 2048, stallAfterMs: 60_000 },
      ...{ runDirectory: directory, module: `/run-dir/${what.program}`, args: [what.driver] },
      ...(docker !== undefined && { docker }),
    });
    const lines: unknown[] = [];
    sandbox.onLine((line) => lines.push(JSON.parse(line)));
    const { code } = await sandbox.exited;
    assert.equal(code, 0, sandbox.output());
    return lines;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
