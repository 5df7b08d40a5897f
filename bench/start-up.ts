import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { figure, median, type Benchmark } from './benchmark.ts';

const main = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const ROUNDS = 15;

function startMs(argv: readonly string[]): number {
  const started = performance.now();
  spawnSync(process.execPath, argv, { stdio: 'ignore' });
  return performance.now() - started;
}

/** How long people wait for an answer that needs no work, against node itself; measured in turns. */
export const startUp: Benchmark = {
  name: 'start-up',
  run() {
    const kinds = {
      node: ['-e', '0'],
      version: [main, '--version'],
      help: [main, '--help'],
      validate: [main, 'validate', fileURLToPath(new URL('../scenarios', import.meta.url))],
    };
    const times: Record<keyof typeof kinds, number[]> = {
      node: [],
      version: [],
      help: [],
      validate: [],
    };
    for (let round = 0; round < ROUNDS; round++) {
      for (const kind of Object.keys(kinds) as (keyof typeof kinds)[]) {
        times[kind].push(startMs(kinds[kind]));
      }
    }
    const node = { name: 'node -e 0', value: median(times.node) };
    return Promise.resolve([
      figure('chaos --version', median(times.version), 'ms', node),
      figure('chaos --help', median(times.help), 'ms', node),
      figure('chaos validate scenarios/', median(times.validate), 'ms', node),
    ]);
  },
};
