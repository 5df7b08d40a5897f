import { statSync } from 'node:fs';
import { join } from 'node:path';
import { globSync } from 'tinyglobby';
import { ChaosError } from '../../errors.ts';
import type { Scenario } from '../../scenario/read-scenario.ts';
import type { Io } from '../io.ts';
import { readScenarioFile } from '../read-plan.ts';
import { sayError } from '../say-error.ts';

export interface FoundScenarios {
  readonly scenarios: readonly Scenario[];
  /** exit codes of files that could not be read */
  readonly codes: readonly number[];
}

/** Files as they are named; of directories every scenario below them. Errors are said at once, for all files. */
export function findScenarios(
  paths: readonly string[],
  tags: readonly string[],
  io: Io,
): FoundScenarios {
  const scenarios: Scenario[] = [];
  const codes: number[] = [];
  for (const file of [...new Set(paths.flatMap(filesOf))]) {
    try {
      const scenario = readScenarioFile(file);
      const own = scenario.data.tags ?? [];
      if (tags.every((tag) => own.includes(tag))) scenarios.push(scenario);
    } catch (error) {
      codes.push(sayError(error, io));
    }
  }
  return { scenarios, codes };
}

function filesOf(path: string): string[] {
  const isDirectory = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  if (!isDirectory) return [path];
  const ignore = ['**/*.clab.{yml,yaml}', '**/node_modules/**'];
  const found = globSync('**/*.{yml,yaml}', {
    cwd: path,
    ignore,
    followSymbolicLinks: false,
  }).sort();
  if (found.length === 0) throw new ChaosError('not-found', `there is no scenario under ${path}`);
  return found.map((name) => join(path, name));
}
