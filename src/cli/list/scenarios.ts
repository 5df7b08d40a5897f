import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { globSync } from 'tinyglobby';
import { readScenario } from '../../scenario/read-scenario.ts';
import type { Listed } from './listed.ts';

/** The scenarios that ship with chaos: src/cli/list and dist/cli/list are both three below the package. */
const shipped = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', 'scenarios');

/** Scenario files under ./scenarios, and those that ship with chaos. */
export function listScenarios(cwd: string): Listed[] {
  const own = globSync('scenarios/**/*.{yml,yaml}', { cwd, absolute: true });
  const ours = globSync('**/*.{yml,yaml}', { cwd: shipped, absolute: true });
  return [...new Set([...own, ...ours])].sort().map((path) => describe(path, cwd));
}

function describe(path: string, cwd: string): Listed {
  const file = relative(cwd, path);
  try {
    const scenario = readScenario(readFileSync(path, 'utf8'), file);
    const { name, about = '', tags = [] } = scenario.data;
    return { name, description: about, file, tags };
  } catch {
    return { name: file, description: 'not valid: chaos validate says why', file, tags: [] };
  }
}
