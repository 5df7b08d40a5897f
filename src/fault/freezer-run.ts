import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { readProcess, sendSignal, type ProcessSeen } from '../host/processes.ts';
import { processMark } from '../undo/mark.ts';
import { moveToGroup } from '../undo/processes.ts';
import type { FrozenGroup, UndoActOf } from '../undo/undo-act.ts';

const CGROUPS = '/sys/fs/cgroup';
const FROZEN_WITHIN_MS = 5000;
const LOOK_EVERY_MS = 1;

/** Makes processes stand still. */
export interface Freezer {
  /** 'cgroup freezer' or 'SIGSTOP' */
  readonly how: string;
  /** what lets them go on, for good */
  readonly undo: UndoActOf<'go-on'>;
  /** Resolves when none of them runs any more. */
  freeze(): Promise<void>;
  /** Between freeze and undo: let them go on for a while (false), or stand still again. */
  hold(still: boolean): void;
}

/**
 * In the embedded kernel, whose cgroups are nobody else's, the freezer of cgroup v2: a frozen process cannot tell, and
 * neither can its parent. On the host's kernel a cgroup would outlive the sandbox when that is killed: SIGSTOP.
 */
export function makeFreezer(name: string, processes: readonly ProcessSeen[]): Freezer {
  return ownsTheKernel() ? new GroupFreezer(name, processes) : new StopFreezer(processes);
}

let owned: boolean | undefined;

/** Are we in the embedded kernel? */
export function ownsTheKernel(): boolean {
  owned ??= /^vendor_id\s*:\s*User Mode Linux$/mu.test(readFileSync('/proc/cpuinfo', 'utf8'));
  return owned;
}

class GroupFreezer implements Freezer {
  readonly how = 'cgroup freezer';
  readonly undo: UndoActOf<'go-on'>;
  readonly #group: FrozenGroup;

  constructor(name: string, processes: readonly ProcessSeen[]) {
    const directory = join(CGROUPS, `chaos-${name.replaceAll(/[^\w-]/gu, '_')}`);
    // a container's processes have a group of their own
    const homes = processes.map(({ pid }) => [pid, groupOf(pid)] as const);
    this.#group = { directory, homes };
    this.undo = { do: 'go-on', processes: processes.map(processMark), group: this.#group };
  }

  async freeze(): Promise<void> {
    const { directory, homes } = this.#group;
    mkdirSync(directory, { recursive: true });
    for (const [pid] of homes) moveToGroup(directory, pid);
    this.hold(true);
    for (let waitedMs = 0; !this.#isFrozen(); waitedMs += LOOK_EVERY_MS) {
      if (waitedMs >= FROZEN_WITHIN_MS) throw new Error(`${directory} does not freeze`);
      await wait(LOOK_EVERY_MS);
    }
  }

  hold(still: boolean): void {
    writeFileSync(join(this.#group.directory, 'cgroup.freeze'), still ? '1' : '0');
  }

  #isFrozen(): boolean {
    const events = readFileSync(join(this.#group.directory, 'cgroup.events'), 'utf8');
    return /^frozen 1$/mu.test(events);
  }
}

/** Its directory; the root for a process that has just ended. */
function groupOf(pid: number): string {
  try {
    // cgroups(7): of version 2 there is one line
    const path = /^0::(.*)$/mu.exec(readFileSync(`/proc/${pid.toString()}/cgroup`, 'utf8'))?.[1];
    return join(CGROUPS, path ?? '');
  } catch {
    return CGROUPS;
  }
}

class StopFreezer implements Freezer {
  readonly how = 'SIGSTOP';
  readonly undo: UndoActOf<'go-on'>;
  readonly #processes: readonly ProcessSeen[];

  constructor(processes: readonly ProcessSeen[]) {
    this.#processes = processes;
    this.undo = { do: 'go-on', processes: processes.map(processMark), group: null };
  }

  async freeze(): Promise<void> {
    this.hold(true);
    for (let waitedMs = 0; this.#processes.some(runs); waitedMs += LOOK_EVERY_MS) {
      if (waitedMs >= FROZEN_WITHIN_MS) throw new Error('processes do not stop by SIGSTOP');
      await wait(LOOK_EVERY_MS);
    }
  }

  hold(still: boolean): void {
    for (const one of this.#processes) sendSignal(one, still ? 'SIGSTOP' : 'SIGCONT');
  }
}

/** proc(5): T is stopped, t is stopped by a tracer, Z has ended */
function runs({ pid }: ProcessSeen): boolean {
  return !['T', 't', 'Z', undefined].includes(readProcess(pid)?.state);
}
