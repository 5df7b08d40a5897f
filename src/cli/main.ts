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

// the reader of a pipe may leave early (`chaos list faults | head -1`)
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 70);
});

main(process.argv.slice(2)).then(endWith, (error: unknown) => {
  process.stderr.write(`chaos: internal error: ${String(error)}\n`);
  endWith(70);
});
