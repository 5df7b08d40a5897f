import { cpSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stageLab } from '../../lab/clab/stage-lab.ts';
import type { RunFile } from '../../run/run-file.ts';
import { prepareRunDirectory, writeRunFile } from './run-directory.ts';

/**
 * Make a run directory that holds all that the run needs: run.json, and a copy of every file that the lab binds.
 * Gives its absolute path and what was written.
 */
export function stageRunDirectory(
  path: string,
  facts: Omit<RunFile, 'schema'>,
): { readonly directory: string; readonly run: RunFile } {
  const directory = prepareRunDirectory(path);
  const staged = stageLab(facts.plan.topology);
  for (const { from, to } of staged.copies) {
    mkdirSync(dirname(join(directory, to)), { recursive: true });
    cpSync(from, join(directory, to), { recursive: true, dereference: true });
  }
  const plan = { ...facts.plan, topology: staged.topology };
  const run: RunFile = { schema: 'chaos.run/1', ...facts, plan };
  writeRunFile(directory, run);
  return { directory, run };
}
