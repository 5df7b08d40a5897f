import { spawn } from 'node:child_process';
import { dieWithUs } from '../host/die-with-us.ts';
import { eachLine } from './sandbox-process.ts';
import { memoryDirectory } from './memory-directory.ts';

const HERE = 'chaos-kernel-boots';
const PATIENCE_MS = 20_000;
const MEMORY_MB = 128;

/** Boots the kernel as far as a shell; undefined when that worked, otherwise what it said. */
export async function bootCheck(kernel: string): Promise<string | undefined> {
  const [starter, ...argv] = dieWithUs([
    ...[kernel, `mem=${MEMORY_MB}M`],
    ...['root=/dev/root', 'rootfstype=hostfs', 'rootflags=/', 'ro', 'quiet', 'uml_dir=none'],
    ...['console=tty0', 'con=null', 'con0=null,fd:1', 'init=/bin/sh', '--', '-c'],
    `"echo ${HERE}; while :; do :; done"`,
  ]);
  const child = spawn(starter, argv, {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    cwd: '/',
    env: { TMPDIR: memoryDirectory(MEMORY_MB) },
  });
  const said: string[] = [];
  const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
  for (const stream of [child.stdout, child.stderr])
    eachLine(stream, (line) => {
      said.push(line);
      if (line === HERE) child.kill('SIGKILL');
    });
  await new Promise<void>((resolve) => {
    child.once('error', (error) => {
      said.push(error.message);
      resolve();
    });
    child.once('close', () => resolve());
  });
  clearTimeout(timer);
  return said.includes(HERE) ? undefined : said.slice(-5).join(' | ');
}
