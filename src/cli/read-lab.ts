import { existsSync, readFileSync } from 'node:fs';
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
    return readFileSync(path, 'utf8');
  } catch (cause) {
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
