import { fstatSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';

/** A process of /proc; `startTicks` tells it from a later one with the same pid. */
export interface ProcessSeen {
  readonly pid: number;
  readonly parent: number;
  readonly session: number;
  readonly startTicks: string;
  readonly command: string;
  readonly state: string;
}

/** All processes that can be seen. */
export function listProcesses(): ProcessSeen[] {
  const seen: ProcessSeen[] = [];
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    const one = Number.isInteger(pid) ? readProcess(pid) : undefined;
    if (one !== undefined) seen.push(one);
  }
  return seen;
}

/** What is known of one process; undefined when there is none (any more). */
export function readProcess(pid: number): ProcessSeen | undefined {
  try {
    const stat = readFileSync(`/proc/${pid.toString()}/stat`, 'utf8');
    // proc(5): the name is in brackets and may hold anything
    const close = stat.lastIndexOf(')');
    const fields = stat.slice(close + 2).split(' ');
    return {
      pid,
      command: stat.slice(stat.indexOf('(') + 1, close),
      state: fields[0] ?? '?',
      parent: Number(fields[1]),
      session: Number(fields[3]),
      startTicks: fields[19] ?? '',
    };
  } catch {
    return undefined; // it ended meanwhile
  }
}

/** How it was called: proc(5), cmdline. None of one that has ended, or of a thread of the kernel's. */
export function argvOf(pid: number): readonly string[] {
  try {
    const words = readFileSync(`/proc/${pid.toString()}/cmdline`, 'utf8').split('\0');
    // each word ends with a zero; in a title that a process has given itself the last may not
    return words.at(-1) === '' ? words.slice(0, -1) : words;
  } catch {
    return [];
  }
}

/** Is it still this process, and alive? */
export function isAlive({ pid, startTicks }: Pick<ProcessSeen, 'pid' | 'startTicks'>): boolean {
  const now = readProcess(pid);
  return now?.startTicks === startTicks && now.state !== 'Z';
}

/** To this very process; one that has ended is as good as one that got the signal. */
export function sendSignal(
  to: Pick<ProcessSeen, 'pid' | 'startTicks'>,
  signal: NodeJS.Signals,
): void {
  if (!isAlive(to)) return;
  try {
    process.kill(to.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** The namespace of a process as the kernel names it, e.g. `net:[4026531840]`; undefined when it may not be seen. */
export function namespaceOf(
  pid: number | 'self',
  kind: 'net' | 'pid' | 'mnt' | 'uts',
): string | undefined {
  try {
    return readlinkSync(`/proc/${pid.toString()}/ns/${kind}`);
  } catch {
    return undefined;
  }
}

/** `root` and everything below it in the tree of processes. */
export function descendants(root: number, all: readonly ProcessSeen[]): ProcessSeen[] {
  const children = new Map<number, ProcessSeen[]>();
  for (const one of all) {
    const siblings = children.get(one.parent);
    if (siblings === undefined) children.set(one.parent, [one]);
    else siblings.push(one);
  }
  const found = all.filter((one) => one.pid === root);
  for (let i = 0; i < found.length; i++) found.push(...(children.get(found[i]?.pid ?? 0) ?? []));
  return found;
}

/**
 * The processes in a network namespace, of any other namespace; never this one, which goes there at times. By pid.
 * A process that ended and was not yet reaped is in none.
 */
export function processesIn(netnsFd: number): ProcessSeen[] {
  return processesOfNetns(fstatSync(netnsFd).ino);
}

/** As processesIn: the processes in the network namespace of process `pid`. @throws when that has ended */
export function processesBeside(pid: number): ProcessSeen[] {
  return processesOfNetns(statSync(`/proc/${pid.toString()}/ns/net`).ino);
}

function processesOfNetns(ino: number): ProcessSeen[] {
  return listProcesses()
    .filter(({ pid }) => pid !== process.pid && netnsInode(pid) === ino)
    .sort((a, b) => a.pid - b.pid);
}

function netnsInode(pid: number): number | undefined {
  try {
    return statSync(`/proc/${pid.toString()}/ns/net`).ino;
  } catch {
    return undefined;
  }
}
