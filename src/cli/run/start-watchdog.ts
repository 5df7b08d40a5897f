import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ChaosError } from '../../errors.ts';
import { readProcess } from '../../host/processes.ts';
import { distDirectory } from '../../kernel/places.ts';
import { SYSTEM_PATH } from '../../kernel/find-program.ts';
import { writeRun, type ActingRun, type ActingRuns } from '../../undo/acting-runs.ts';
import { processMark } from '../../undo/mark.ts';
import type { Replayed } from '../../undo/replay.ts';
import { undoRun } from '../../undo/undo-run.ts';

/** Of a run that acts outside a sandbox: it undoes what is left of it when this process or the engine is no more. */
export interface Watchdog {
  readonly pid: number;
  /** To be said as soon as the engine is started: the leader of a session of its own. */
  engineStarted(pid: number): void;
  /** The engine has ended, whichever way. Gives what was left and is undone now: nothing after an ordinary end. */
  end(): Promise<Replayed>;
}

export interface WatchdogOptions {
  /** absolute; the engine's journal is in it */
  readonly runDirectory: string;
  readonly runs: ActingRuns;
}

/** Before the engine is started. It survives this process, closed terminals and ended sessions. */
export async function startWatchdog({ runDirectory, runs }: WatchdogOptions): Promise<Watchdog> {
  const run: ActingRun = { runDirectory, runner: seen(process.pid), engine: null };
  const file = runs.add(run);
  const program = join(distDirectory(), 'undo', 'watchdog-main.js');
  const child = spawn(process.execPath, [program, file], {
    // a session of its own: setsid(2)
    detached: true,
    cwd: '/',
    env: { PATH: SYSTEM_PATH, LANG: 'C.UTF-8' },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  child.stdin.on('error', () => undefined);
  const said: string[] = [];
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => said.push(line));
  await Promise.race([once(lines, 'line'), once(child, 'exit'), once(child, 'error')]);
  if (said.length === 0) throw new ChaosError('bug', 'the watchdog does not start');
  child.unref();
  return new Running(child, said, file, run);
}

class Running implements Watchdog {
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #said: readonly string[];
  readonly #file: string;
  #run: ActingRun;

  constructor(child: ChildProcess, said: readonly string[], file: string, run: ActingRun) {
    this.pid = child.pid ?? 0;
    this.#child = child;
    this.#said = said;
    this.#file = file;
    this.#run = run;
  }

  engineStarted(pid: number): void {
    const engine = readProcess(pid);
    // what has ended by now has not acted
    if (engine === undefined) return;
    this.#run = { ...this.#run, engine: processMark(engine) };
    writeRun(this.#file, this.#run);
  }

  async end(): Promise<Replayed> {
    const child = this.#child;
    if (child.exitCode === null && child.signalCode === null) {
      const closed = once(child, 'close');
      child.ref();
      child.stdin?.end();
      await closed;
    }
    const last = JSON.parse(this.#said.at(-1) ?? '{}') as Replayed & { readonly type: string };
    if (last.type === 'undone') return { undone: last.undone, failures: last.failures };
    // somebody has killed it
    return undoRun(this.#file, this.#run, 'runner');
  }
}

function seen(pid: number): ActingRun['runner'] {
  const found = readProcess(pid);
  if (found === undefined) throw new ChaosError('bug', `no process ${pid}`);
  return processMark(found);
}
