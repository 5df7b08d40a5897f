import type { EngineMessage } from '../../run/engine-message.ts';
import type { Sandbox, SandboxExit } from '../../kernel/sandbox.ts';
import type { Footprint } from './fingerprint.ts';
import type { HostLog } from './host-log.ts';
import type { InterruptSignal, Interrupts } from './interrupts.ts';
import type { Progress } from './progress.ts';

/** How long the engine may take to end in good order once it has been asked. */
const GRACE_MS = 20_000;
const LOOK_EVERY_MS = 500;
const PROGRESS_EVERY_MS = 250;

export interface Following {
  readonly sandbox: Sandbox;
  readonly footprint: Footprint;
  readonly hostLog: HostLog;
  readonly interrupts: Interrupts;
  readonly progress: Progress;
  /** ms of wall time after which a run is ended */
  readonly wallLimitMs: number;
  /** it acts outside of its sandbox, and what it does there is undone by a watchdog */
  readonly hasWatchdog: boolean;
  /** ms of lab time since ready after which it is: in warp an engine that forgot to end would run for years */
  readonly labLimitMs: number;
}

export interface SandboxEnd {
  readonly exit: SandboxExit;
  /** why we killed it; null: it ended by itself */
  readonly killed: string | null;
  /** it was asked to end before its time */
  readonly asked: boolean;
  /** the engine said that it was done */
  readonly done: Extract<EngineMessage, { type: 'done' }> | null;
}

/** Follow a sandbox to its end: messages to the terminal, wall-clock facts to host.ndjson, interrupts to the engine. */
export async function followSandbox(following: Following): Promise<SandboxEnd> {
  const { sandbox, footprint, hostLog, interrupts, progress } = following;
  let done: SandboxEnd['done'] = null;
  const killer = new Killer(following);
  const recordMessage = messageRecorder(hostLog);
  sandbox.onLine((line) => {
    const message = parseMessage(line);
    if (message === undefined) return;
    recordMessage(message);
    progress.message(message);
    if (message.type === 'beat' && message.labMs > following.labLimitMs) {
      killer.kill('lab time ran far past the end of the timeline');
    }
    if (message.type === 'done') done = message;
  });
  footprint.look();
  const looking = setInterval(() => footprint.look(), LOOK_EVERY_MS);
  const limit = setTimeout(() => killer.ask('wall limit'), following.wallLimitMs);
  const stopListening = interrupts.listen({
    first: (signal) => killer.interrupt(signal),
    second: (signal) => killer.killNow(signal),
  });
  const stopReading = resumeOnEnter(sandbox, progress);
  try {
    const exit = await sandbox.exited;
    if (exit.stall !== null) hostLog.add({ type: 'stall', ...exit.stall });
    hostLog.add({ type: 'engine-ended', code: exit.code, signal: exit.signal });
    return { exit, killed: killer.reason, asked: killer.asked, done };
  } finally {
    clearInterval(looking);
    clearTimeout(limit);
    killer.dispose();
    stopListening();
    stopReading();
  }
}

function parseMessage(line: string): EngineMessage | undefined {
  try {
    return JSON.parse(line) as EngineMessage;
  } catch {
    return undefined; // cut off by a kill
  }
}

/** Progress is a beat per lab second, thousands a wall second in warp: a few of them say as much. */
function messageRecorder(hostLog: HostLog): (message: EngineMessage) => void {
  let nextMs = 0;
  return (message) => {
    if (message.type === 'late') {
      hostLog.add({ type: 'late', count: message.count, maxMs: message.maxMs });
    }
    if (message.type !== 'beat' || performance.now() < nextMs) return;
    nextMs = performance.now() + PROGRESS_EVERY_MS;
    hostLog.add({ type: 'progress', t: Math.round(message.labMs * 1e6) });
  };
}

/** Asks the engine to end, waits its grace, kills it; a second interrupt kills at once. */
class Killer {
  readonly #following: Following;
  #grace: NodeJS.Timeout | undefined;
  #reason: string | null = null;

  constructor(following: Following) {
    this.#following = following;
  }

  get asked(): boolean {
    return this.#grace !== undefined || this.#reason !== null;
  }

  get reason(): string | null {
    return this.#reason;
  }

  interrupt(signal: InterruptSignal): void {
    this.#following.hostLog.add({ type: 'interrupt', signal, second: false });
    this.ask(signal === 'SIGINT' ? 'interrupted' : 'terminated');
  }

  ask(why: string): void {
    this.#following.progress.say(`${why}: the engine heals and tears down (again: kill at once)`);
    this.#following.sandbox.send('interrupt');
    this.#grace ??= setTimeout(() => this.kill(`${why}, and no end within its grace`), GRACE_MS);
  }

  killNow(signal: InterruptSignal): void {
    this.#following.hostLog.add({ type: 'interrupt', signal, second: true });
    const { progress, hasWatchdog } = this.#following;
    const stays = hasWatchdog
      ? 'the watchdog undoes what was done outside of the sandbox'
      : 'nothing stays on the host (the lab dies with its sandbox)';
    progress.say(`killed: ${stays}; the run directory ends where it was`);
    this.kill('second interrupt');
  }

  dispose(): void {
    clearTimeout(this.#grace);
  }

  kill(reason: string): void {
    if (this.#reason !== null) return;
    this.#reason = reason;
    this.#following.hostLog.add({ type: 'killed', reason });
    this.#following.sandbox.kill();
  }
}

/** `--pause-at`: a line on our standard input lets the engine go on. */
function resumeOnEnter(sandbox: Sandbox, progress: Progress): () => void {
  const input = process.stdin;
  if (!input.isTTY) return () => undefined;
  const resume = (): void => {
    sandbox.send('resume');
    progress.say('goes on');
  };
  input.on('data', resume);
  input.unref();
  return () => {
    input.off('data', resume);
    input.pause();
  };
}
