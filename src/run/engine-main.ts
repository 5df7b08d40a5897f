import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ChaosError } from '../errors.ts';
import type { EngineFile } from './engine-file.ts';
import { runEngine } from './engine.ts';
import { outerProcess } from './outer.ts';

/** The program inside a sandbox: `node engine-main.js <run directory>`. Exit code 0 when events.ndjson is whole. */
async function main(): Promise<number> {
  const runDirectory = process.argv[2];
  if (runDirectory === undefined) throw new ChaosError('usage', 'engine-main: no run directory');
  const run = JSON.parse(readFileSync(join(runDirectory, 'engine.json'), 'utf8')) as EngineFile;
  const outer = outerProcess();
  await runEngine(run, runDirectory, outer);
  return 0;
}

main().then(
  (code) => {
    // nothing that is still open (sockets, children) may hold the sandbox up
    process.exit(code);
  },
  (error: unknown) => {
    process.stderr.write(
      `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    process.exit(70);
  },
);
