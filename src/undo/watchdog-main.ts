import { readRun } from './acting-runs.ts';
import { undoRun } from './undo-run.ts';

/**
 * The program `watchdog-main.js <file of the run>`: waits until the one who holds its standard input lets go of it, by
 * saying so or by its death, and then undoes what is left of the run. It says one line when it is there, and one with what
 * came of it. It has a session of its own, and whatever ends terminals and sessions does not end it.
 */
async function main(): Promise<void> {
  const [, , file = ''] = process.argv;
  for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => undefined);
  // nobody may be left to read
  process.stdout.on('error', () => undefined);
  const letGo = new Promise<void>((resolve) => {
    for (const event of ['end', 'close', 'error']) process.stdin.once(event, () => resolve());
    process.stdin.resume();
  });
  process.stdout.write('{"type":"ready"}\n');
  await letGo;
  const run = readRun(file);
  if (run === undefined) return;
  const replayed = await undoRun(file, run, 'watchdog');
  process.stdout.write(`${JSON.stringify({ type: 'undone', ...replayed })}\n`);
}

await main();
