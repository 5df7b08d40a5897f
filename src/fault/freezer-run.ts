import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { readProcess, type ProcessSeen } from '../host/processes.ts';
import { isAlive, send } from './process-run.ts';

const CGROUPS = '/sys/fs/cgroup';
const FROZEN_WITHIN_MS = 5000;
const LOOK_EVERY_MS = 1;

/** Makes processes stand still, and lets them go on. Both may be said again. */
export interface Freezer {
  /** 'cgroup freezer' or 'SIGSTOP' */
  readonly how: string;
  /** Freeze these (too); resolves when none of them runs any more. */
  freeze(processes: readonly ProcessSeen[]): Promise<void>;
  /** Between freeze and thaw: let them go on for a while (false), or stand still again. */
  hold(still: boolean): void;
  thaw(): void;
}

/**
 * In the embedded kernel, whose cgroups are nobody else's, the freezer of cgroup v2: a frozen process cannot tell, and
 * neither can its parent. On the host's kernel a cgroup would outlive the sandbox when that is killed: SIGSTOP.
 */
export function makeFreezer(name: string): Freezer {
  return ownsTheKernel() ? new CgroupFreezer(name) : new StopFreezer();
}

let owned: boolean | undefined;

/** Are we in the embedded kernel? */
export function ownsTheKernel(): boolean {
  owned ??= /^vendor_id\s*:\s*User Mode Linux$/mu.test(readFileSync('/proc/cpuinfo', 'utf8'));
  return owned;
}

class CgroupFreezer implements Freezer {
  readonly how = 'cgroup freezer';
  readonly #directory: string;
  /** where processes came from: a container's have a group of its own */
  readonly #home = new Map<number, string>();

  constructor(name: string) {
    this.#directory = join(CGROUPS, `chaos-${name.replaceAll(/[^\w-]/gu, '_')}`);
  }

  async freeze(processes: readonly ProcessSeen[]): Promise<void> {
    mkdirSync(this.#directory, { recursive: true });
    for (const { pid } of processes) {
      this.#home.set(pid, cgroupOf(pid));
      moveTo(this.#directory, pid);
    }
    writeFileSync(join(this.#directory, 'cgroup.freeze'), '1');
    for (let waitedMs = 0; !this.#isFrozen(); waitedMs += LOOK_EVERY_MS) {
      if (waitedMs >= FROZEN_WITHIN_MS) throw new Error(`${this.#directory} does not freeze`);
      await wait(LOOK_EVERY_MS);
    }
  }

  hold(still: boolean): void {
    writeFileSync(join(this.#directory, 'cgroup.freeze'), still ? '1' : '0');
  }

  thaw(): void {
    if (!existsSync(this.#directory)) return;
    this.hold(false);
    const members = readFileSync(join(this.#directory, 'cgroup.procs'), 'utf8');
    // what they forked meanwhile goes where the first of them came from
    const [first = CGROUPS] = this.#home.values();
    for (const pid of members.split('\n').filter((line) => line !== '')) {
      moveTo(this.#home.get(Number(pid)) ?? first, Number(pid));
    }
    rmdirSync(this.#directory);
  }

  #isFrozen(): boolean {
    return /^frozen 1$/mu.test(readFileSync(join(this.#directory, 'cgroup.events'), 'utf8'));
  }
}

/** Its directory; the root for a process that has just ended. */
function cgroupOf(pid: number): string {
  try {
    // cgroups(7): of version 2 there is one line
    const path = /^0::(.*)$/mu.exec(readFileSync(`/proc/${pid.toString()}/cgroup`, 'utf8'))?.[1];
    return join(CGROUPS, path ?? '');
  } catch {
    return CGROUPS;
  }
}

/** A process that has just ended needs no cgroup. */
function moveTo(directory: string, pid: number): void {
  const fd = openSync(join(directory, 'cgroup.procs'), 'w');
  try {
    writeSync(fd, pid.toString());
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  } finally {
    closeSync(fd);
  }
}

class StopFreezer implements Freezer {
  readonly how = 'SIGSTOP';
  readonly #stopped: ProcessSeen[] = [];

  async freeze(processes: readonly ProcessSeen[]): Promise<void> {
    for (const one of processes) {
      this.#stopped.push(one);
      send(one, 'SIGSTOP');
    }
    for (let waitedMs = 0; processes.some(runs); waitedMs += LOOK_EVERY_MS) {
      if (waitedMs >= FROZEN_WITHIN_MS) throw new Error('processes do not stop by SIGSTOP');
      await wait(LOOK_EVERY_MS);
    }
  }

  hold(still: boolean): void {
    for (const one of this.#stopped) if (isAlive(one)) send(one, still ? 'SIGSTOP' : 'SIGCONT');
  }

  thaw(): void {
    for (const one of this.#stopped.splice(0)) if (isAlive(one)) send(one, 'SIGCONT');
  }
}

/** proc(5): T is stopped, t is stopped by a tracer, Z has ended */
function runs({ pid }: ProcessSeen): boolean {
  return !['T', 't', 'Z', undefined].includes(readProcess(pid)?.state);
}
