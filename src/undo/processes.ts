import { spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { argvOf, isAlive, readProcess, sendSignal } from '../host/processes.ts';
import type { FrozenGroup, ProcessMark, UndoActOf } from './undo-act.ts';

const LET_GO_WITHIN_MS = 5000;
const LOOK_EVERY_MS = 2;

/** What an strace of ours is known by: it delays these calls. */
export const TRACED_CALLS = 'fsync,fdatasync,sync_file_range,msync,sync,syncfs';

/** 'ospfd (pid 42)' */
export function processName({ command, pid }: Pick<ProcessMark, 'command' | 'pid'>): string {
  return `${command} (pid ${pid})`;
}

export function letGoOn({ processes, group }: UndoActOf<'go-on'>): string {
  if (group === null) for (const one of processes) sendSignal(one, 'SIGCONT');
  else dissolve(group);
  return `${processes.map(processName).join(', ')} go on`;
}

function dissolve({ directory, homes }: FrozenGroup): void {
  if (!existsSync(directory)) return;
  writeFileSync(join(directory, 'cgroup.freeze'), '0');
  const members = readFileSync(join(directory, 'cgroup.procs'), 'utf8');
  const homeOf = new Map(homes);
  const [first] = homes;
  for (const pid of members.split('\n').filter((line) => line !== '')) {
    const home = homeOf.get(Number(pid)) ?? first?.[1];
    if (home !== undefined) moveToGroup(home, Number(pid));
  }
  rmdirSync(directory);
}

/** A process that has just ended needs no control group. */
export function moveToGroup(directory: string, pid: number): void {
  const fd = openSync(join(directory, 'cgroup.procs'), 'w');
  try {
    writeSync(fd, pid.toString());
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  } finally {
    closeSync(fd);
  }
}

export async function untrace({ processes }: UndoActOf<'untrace'>): Promise<string> {
  for (let waitedMs = 0; ; waitedMs += LOOK_EVERY_MS) {
    const tracers = [...new Set(processes.filter(isAlive).map(tracerOf))].filter(isOurTracer);
    if (tracers.length === 0) break;
    if (waitedMs >= LET_GO_WITHIN_MS) throw new Error('strace does not let go');
    // it detaches from what it traces
    if (waitedMs === 0) for (const pid of tracers) endTracer(pid);
    await wait(LOOK_EVERY_MS);
  }
  return `${processes.map(processName).join(', ')}: traced by nobody`;
}

function endTracer(pid: number): void {
  const seen = readProcess(pid);
  if (seen !== undefined) sendSignal(seen, 'SIGTERM');
}

function isOurTracer(pid: number): boolean {
  return pid !== 0 && argvOf(pid).some((word) => word.includes(`inject=${TRACED_CALLS}:`));
}

/** proc(5); 0: none */
export function tracerOf({ pid }: Pick<ProcessMark, 'pid'>): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^TracerPid:\s*(\d+)$/mu.exec(status)?.[1] ?? 0);
  } catch {
    return 0;
  }
}

export function giveLimitAgain({ node, process: one, limit }: UndoActOf<'address-space'>): string {
  if (!isAlive(one)) return `${node}: ${processName(one)} has ended`;
  setSoftLimit(one, limit);
  return `${node}: ${processName(one)}: address space ${softLimit(one)}`;
}

/**
 * The soft limit alone: that can be raised again by whoever lowered it. Without the right to every process
 * (CAP_SYS_RESOURCE), as in a container, its own user may.
 */
export function setSoftLimit({ pid }: Pick<ProcessMark, 'pid'>, value: string): void {
  const argv = ['--pid', pid.toString(), `--as=${value}:`];
  const asRoot = spawnSync('prlimit', argv, { encoding: 'utf8' });
  if (asRoot.status === 0) return;
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const id = (key: string): number =>
    Number(new RegExp(`^${key}:\\s+(\\d+)`, 'mu').exec(status)?.[1]);
  const user = { uid: id('Uid'), gid: id('Gid') };
  const asUser = spawnSync('prlimit', argv, { encoding: 'utf8', ...user });
  if (asUser.status === 0) return;
  throw new Error(`prlimit ${argv.join(' ')}: ${asUser.stderr.trim()}`);
}

/** 'unlimited' or bytes: /proc/<pid>/limits, proc(5) */
export function softLimit({ pid }: Pick<ProcessMark, 'pid'>): string {
  const limits = readFileSync(`/proc/${pid}/limits`, 'utf8');
  return /^Max address space\s+(\S+)/mu.exec(limits)?.[1] ?? 'unknown';
}
