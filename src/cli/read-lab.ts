import { closeSync, existsSync, openSync, readFileSync, readSync } from 'node:fs';
import { homedir } from 'node:os';
import { ChaosError } from '../errors.ts';
import { readTopology } from '../lab/clab/read-topology.ts';
import type { Topology } from '../lab/topology.ts';
import { readTemplateVariables } from './template-variables.ts';

export interface LabText {
  readonly text: string;
  readonly topology: Topology;
}

/** The text of a file that a user named; `what` says in the error what was looked for. */
export function readUserFile(path: string, what: string): string {
  try {
    return readBounded(path, what);
  } catch (cause) {
    if (cause instanceof ChaosError) throw cause;
    const { code } = cause as NodeJS.ErrnoException;
    const why =
      code === 'ENOENT'
        ? 'does not exist'
        : code === 'EISDIR'
          ? 'is a directory'
          : `(${code ?? '?'})`;
    throw new ChaosError('not-found', `${what} ${path} ${why}`, { cause });
  }
}

/** Far more than any file that a person writes; /dev/zero has more. */
const MAX_BYTES = 16 * 2 ** 20;

function readBounded(path: string, what: string): string {
  const file = openSync(path, 'r');
  try {
    const chunks: Buffer[] = [];
    for (let size = 0; size <= MAX_BYTES; size += chunks.at(-1)?.length ?? 0) {
      const chunk = Buffer.alloc(2 ** 16);
      const bytes = readSync(file, chunk);
      if (bytes === 0) return Buffer.concat(chunks).toString('utf8');
      chunks.push(chunk.subarray(0, bytes));
    }
  } finally {
    closeSync(file);
  }
  throw new ChaosError('not-found', `${what} ${path} is larger than ${MAX_BYTES.toString()} bytes`);
}

/** Read a lab file with `${VAR}` from `environment` alone: what our own environment holds must not change a lab. */
export function readLab(
  path: string,
  environment: Readonly<Record<string, string>>,
  driver = 'netns',
): LabText {
  const text = readUserFile(path, 'the lab file');
  const topology = readTopology(text, path, {
    environment: { HOME: homedir(), ...environment },
    variables: readTemplateVariables(path),
    exists: existsSync,
    foreignImages: driver === 'containerlab',
    readFile: (file) => (existsSync(file) ? readFileSync(file, 'utf8') : undefined),
  });
  return { text, topology };
}
