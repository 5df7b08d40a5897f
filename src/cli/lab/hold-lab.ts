import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startSandbox } from '../../kernel/start-sandbox.ts';
import type { Sandbox } from '../../kernel/sandbox.ts';
import { ChaosError } from '../../errors.ts';
import type { EngineMessage } from '../../run/engine-message.ts';
import { EXIT } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { readDockerPlace } from '../../lab/containerlab/docker-place.ts';
import { Interrupts } from '../run/interrupts.ts';
import { readRunFile } from '../run/run-directory.ts';
import { runDockerOf } from '../run/run-docker.ts';
import { startWatchdog } from '../run/start-watchdog.ts';
import { actingRuns, type Holder } from './lab-directory.ts';

/** containers take a second each */
const GRACE_MS = 60_000;

/** Bring the lab in `directory` up and stay until it is told to end; then its directory is removed. */
export async function holdLab(
  directory: string,
  io: Io,
  onReady: () => void = () => {
    io.err('ready. Ctrl-C ends it; in another terminal: chaos lab shell NODE\n');
  },
): Promise<number> {
  const holder: Holder = { pid: process.pid, startedAt: new Date().toISOString() };
  writeFileSync(join(directory, 'holder.json'), JSON.stringify(holder));
  const interrupts = new Interrupts();
  const { driver } = readRunFile(directory);
  const docker = driver === 'containerlab' ? runDockerOf(readDockerPlace(directory)) : null;
  const isWatched = docker?.needsWatchdog === true;
  const watchdog = isWatched
    ? await startWatchdog({ runDirectory: directory, runs: actingRuns(io) })
    : null;
  const sandbox = await startSandbox({
    kernel: 'host',
    clock: 'real',
    seed: 1,
    runDirectory: directory,
    module: 'run/lab-main.js',
    args: [],
    memoryMb: 0,
    stallAfterMs: Infinity,
    ...docker?.sandbox,
  });
  watchdog?.engineStarted(sandbox.pid);
  const stop = endOnInterrupt(sandbox, interrupts, io);
  const seen = { ready: false };
  sandbox.onLine((line) => {
    const message = JSON.parse(line) as EngineMessage;
    if (message.type === 'progress') io.err(`  ${message.text}\n`);
    if (message.type === 'event' && message.event.type === 'ready') {
      seen.ready = true;
      onReady();
    }
  });
  const exit = await sandbox.exited;
  const left = await watchdog?.end();
  for (const failure of left?.failures ?? []) io.err(`not removed: ${failure}\n`);
  stop();
  interrupts.dispose();
  const output = sandbox.output().trim();
  if (!seen.ready && interrupts.seen === undefined) {
    throw new ChaosError('lab-failed', `the lab could not be brought up: ${output}`, {
      hint: `logs are under ${join(directory, 'logs')}`,
    });
  }
  rmSync(directory, { recursive: true, force: true });
  if (exit.code !== 0 && interrupts.seen === undefined) {
    throw new ChaosError('lab-failed', `the lab ended by itself: ${output}`);
  }
  return EXIT.pass;
}

/** The first signal asks, then there is a grace; the second one kills. */
function endOnInterrupt(sandbox: Sandbox, interrupts: Interrupts, io: Io): () => void {
  let grace: NodeJS.Timeout | undefined;
  const stopListening = interrupts.listen({
    first: () => {
      io.err('taking the lab down (again: kill at once)\n');
      sandbox.send('interrupt');
      grace = setTimeout(() => sandbox.kill(), GRACE_MS);
    },
    second: () => sandbox.kill(),
  });
  return () => {
    clearTimeout(grace);
    stopListening();
  };
}
