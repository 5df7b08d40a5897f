import { setTimeout as sleep } from 'node:timers/promises';
import type { SandboxProcess } from './sandbox-process.ts';

const SAMPLES = 5;
const BETWEEN_SAMPLES_MS = 100;
const STACK_LINES = 12;

/**
 * In the warp clock a loop without a system call (or a storm without a rate) stops lab time for ever, and with it
 * every timer inside. So somebody outside watches: when the engine has said nothing for so long, the culprit is asked
 * for, and the sandbox ends.
 */
export function watchForStall(sandbox: SandboxProcess, stallAfterMs: number): void {
  let said = 0;
  const timer = setTimeout(() => void silent(), stallAfterMs);
  async function silent(): Promise<void> {
    const before = said;
    const culprit = await nameCulprit(sandbox);
    // it was we who did not listen: this process was stopped, or the machine slept
    if (said !== before) return;
    sandbox.stall = { wallMs: stallAfterMs, culprit };
    sandbox.kill();
  }
  sandbox.onSaid(() => {
    said++;
    timer.refresh();
  });
  void sandbox.exited.then(() => clearTimeout(timer));
  timer.unref();
}

/**
 * The kernel answers SIGUSR2 on its standard error with who runs and where (recipe patch 4), whatever it holds. A few
 * samples, the most frequent process named first; its kernel stack from the last of them.
 */
async function nameCulprit(sandbox: SandboxProcess): Promise<string> {
  const seen = new Map<string, number>();
  let stack: string[] = [];
  let where = '';
  sandbox.onNoise((line) => {
    const running = /^running: (comm=.* pid=\d+) tgid=\d+ (.*)$/.exec(line);
    if (running?.[1] !== undefined) {
      seen.set(running[1], (seen.get(running[1]) ?? 0) + 1);
      where = running[2] ?? '';
      stack = [];
    } else if (line.startsWith('running-stack: ')) stack.push(line.slice('running-stack: '.length));
  });
  for (let sample = 0; sample < SAMPLES; sample++) {
    if (!sandbox.ask()) break;
    await sleep(BETWEEN_SAMPLES_MS);
  }
  const names = [...seen]
    .sort((a, b) => b[1] - a[1])
    .map(([name, n]) => `${name} (${n} of ${SAMPLES})`);
  if (names.length === 0) return 'nobody answered: the kernel itself is stuck';
  return `${names.join(', ')}; ${where}; stack: ${stack.slice(0, STACK_LINES).join(' < ')}`;
}
