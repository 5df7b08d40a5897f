import { existsSync, mkdtempSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** cgroup 2, alone or beside version 1 */
export const cgroups: string | undefined = ['/sys/fs/cgroup/unified', '/sys/fs/cgroup'].find((at) =>
  existsSync(join(at, 'cgroup.procs')),
);

const GONE_WITHIN_MS = 5000;

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

  /** Command lines of what is alive in it; zombies wait for the machine's own PID 1. */
  alive(): string[] {
    const pids = readFileSync(join(this.path, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean);
    return pids.flatMap((pid) => {
      try {
        if (/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))) return [];
        return [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')];
      } catch {
        return [];
      }
    });
  }

  /** What is still alive after a moment: nothing, if all is well. */
  async remaining(): Promise<string[]> {
    for (let waited = 0; ; waited += 20) {
      const left = this.alive();
      if (left.length === 0 || waited > GONE_WITHIN_MS) return left;
      await sleep(20);
    }
  }

  async remove(): Promise<void> {
    await this.remaining();
    rmdirSync(this.path);
  }
}
