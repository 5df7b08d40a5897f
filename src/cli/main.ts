#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { overviewText } from './help.ts';
import { processIo } from './io.ts';

/** `--version` and `--help` load nothing else: they answer as fast as node starts. */
async function main(argv: readonly string[]): Promise<number> {
  const io = processIo();
  const [first] = argv;
  if (first === '--version' || first === '-V') {
    const path = new URL('../../package.json', import.meta.url);
    const { version } = JSON.parse(readFileSync(path, 'utf8')) as { version: string };
    io.out(`${version}\n`);
    return 0;
  }
  if (first === '--help' || first === '-h' || first === 'help') {
    io.out(overviewText());
    return 0;
  }
  const { dispatch } = await import('./dispatch.ts');
  return dispatch(argv, io);
}

/** Output in a pipe is written later: the process may end only when it is out. */
function endWith(code: number): void {
  process.exitCode = code;
  process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
}

let isBug = false;

/** Every error that nobody foresaw is our bug, wherever it was thrown: one line, and where the details are. */
async function endWithBug(error: unknown): Promise<void> {
  if (isBug) return;
  isBug = true;
  const { sayError } = await import('./say-error.ts');
  endWith(sayError(error, processIo()));
}

// the reader of a pipe may leave early (`chaos list faults | head -1`): the work, and its exit code, go on
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') process.exit(70);
  });
}
process.on('uncaughtException', (error) => void endWithBug(error));

void main(process.argv.slice(2)).then((code) => {
  if (!isBug) endWith(code);
}, endWithBug);
