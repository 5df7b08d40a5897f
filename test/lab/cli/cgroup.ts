import { existsSync, mkdtempSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** cgroup 2, alone or beside version 1 */
export const cgroups: string | undefined = ['/sys/fs/cgroup/unified', '/sys/fs/cgroup'].find((at) =>
  existsSync(join(at, 'cgroup.procs')),
);

/** Far more than a busy machine needs to end what has been killed, and less than what is forgotten lives. */
const GONE_WITHIN_MS = 20_000;

/** A control group: whatever a process in it starts stays in it, whatever session or parent it takes. */
export class ControlGroup {
  readonly path: string;

  constructor() {
    this.path = mkdtempSync(join(cgroups ?? '', 'chaos-cli-'));
  }

  /** argv that runs `argv` in the group */
  enter(argv: readonly string[]): readonly string[] {
    return ['sh', '-c', `echo $$ >"${this.path}/cgroup.procs"; exec "$@"`, 'sh', ...argv];
  }

  /** Processes that are alive in it; zombies wait for the machine's own PID 1. */
  members(): number[] {
    const pids = readFileSync(join(this.path, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean);
    return pids.map(Number).filter((pid) => {
      const stat = readOr(`/proc/${String(pid)}/stat`);
      return stat !== '' && !/\) [ZX] /.test(stat);
    });
  }

  commandOf(pid: number): string {
    const words = readOr(`/proc/${String(pid)}/cmdline`)
      .replaceAll('\0', ' ')
      .trim();
    return `${String(pid)} ${words}`;
  }

  /** What is still alive after a moment: nothing, if all is well. */
  async remaining(): Promise<string[]> {
    for (let waited = 0; ; waited += 20) {
      const left = this.members();
      if (left.length === 0) return [];
      if (waited > GONE_WITHIN_MS) return left.map((pid) => this.commandOf(pid));
      await sleep(20);
    }
  }

  kill(): void {
    for (const pid of this.members()) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // it has ended by itself
      }
    }
  }

  /** A group with a zombie in it is busy. */
  async remove(): Promise<void> {
    await this.remaining();
    for (let tries = 1; ; tries++) {
      try {
        rmdirSync(this.path);
        return;
      } catch (error) {
        if (tries === 250) throw error;
        await sleep(20);
      }
    }
  }
}

function readOr(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
