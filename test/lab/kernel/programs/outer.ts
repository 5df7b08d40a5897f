// Stands for the CLI: starts a sandbox, follows it, ends when it ends. A test kills it, or something below it.
import { startSandbox } from '../../../../src/kernel/start-sandbox.ts';
import type { ClockName, KernelName } from '../../../../src/run/run-file.ts';

const [kernel, clock, runDirectory, program, seed, stallAfterMs] = process.argv.slice(2) as [
  KernelName,
  ClockName,
  string,
  string,
  string?,
  string?,
];
console.log(JSON.stringify({ starting: kernel }));
const sandbox = await startSandbox({
  kernel,
  clock,
  seed: Number(seed ?? 1),
  runDirectory,
  module: kernel === 'host' ? `${runDirectory}/${program}` : `/run-dir/${program}`,
  args: [],
  memoryMb: 1024,
  stallAfterMs: Number(stallAfterMs ?? 60_000),
});
console.log(JSON.stringify({ sandbox: sandbox.pid }));
sandbox.onLine((line) => console.log(line));
const exit = await sandbox.exited;
console.log(JSON.stringify({ exit }));
