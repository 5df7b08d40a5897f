import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { changesOfHost, OUR_INTERFACE, readHostFacts, type HostFacts } from './host-facts.ts';
import { descendants, listProcesses, namespaceOf, type ProcessSeen } from '../../host/processes.ts';

const GRACE_MS = 2000;
const LOOK_AGAIN_MS = 50;

/**
 * What a run could change on the host outside of its directory: what bears our names (interfaces, named namespaces,
 * mounts, temporary directories), and how the machine's own network and kernel are set (`facts`).
 */
export interface HostState {
  readonly facts: HostFacts;
  readonly interfaces: readonly string[];
  readonly namespaces: readonly string[];
  readonly mounts: readonly string[];
  readonly files: readonly string[];
}

export function readHostState(runDirectory: string): HostState {
  return {
    facts: readHostFacts(),
    interfaces: namesIn('/sys/class/net').filter((name) => OUR_INTERFACE.test(name)),
    namespaces: namesIn('/run/netns').filter((name) => name.startsWith('chaos')),
    mounts: mountsOf(runDirectory),
    files: ['/dev/shm', '/run', '/var/tmp', tmpdir()].flatMap(ourFiles).sort(),
  };
}

/** What mkdtemp makes of our prefix. */
const OUR_DIRECTORY = /^chaos-[A-Za-z0-9]{6}$/;

/**
 * The state after a run, as far as it tells of this run: what others did meanwhile to what is theirs is as before.
 */
export function comparable(before: HostState, after: HostState): HostState {
  const same = changesOfHost(before.facts, after.facts).length === 0;
  return same ? { ...after, facts: before.facts } : after;
}

/** SHA-256 over the whole state, 16 hex digits */
export function digestOf(state: HostState): string {
  return createHash('sha256').update(JSON.stringify(state)).digest('hex').slice(0, 16);
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory).sort();
  } catch {
    return [];
  }
}

function ourFiles(directory: string): string[] {
  return namesIn(directory)
    .filter((name) => OUR_DIRECTORY.test(name))
    .map((name) => `${directory}/${name}`);
}

function mountsOf(runDirectory: string): string[] {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .filter((at) => at.startsWith(runDirectory) || at.includes('/chaos-'))
    .sort();
}

function added(before: HostState, after: HostState): string[] {
  const news = (kind: Exclude<keyof HostState, 'facts'>): string[] =>
    after[kind].filter((name) => !before[kind].includes(name));
  return [
    ...news('interfaces').map((name) => `interface ${name}`),
    ...news('namespaces').map((name) => `network namespace ${name}`),
    ...news('mounts').map((at) => `mount ${at}`),
    ...news('files').map((path) => `file ${path}`),
    ...changesOfHost(before.facts, after.facts),
  ];
}

const KINDS = ['net', 'pid', 'mnt'] as const;

/** The namespaces that some process is in. */
export function namespacesInUse(): ReadonlySet<string> {
  const pids = ['self' as const, ...listProcesses().map(({ pid }) => pid)];
  const all = pids.flatMap((pid) => KINDS.map((kind) => namespaceOf(pid, kind)));
  return new Set(all.filter((each) => each !== undefined));
}

/** Remembers every process and namespace that was seen below a sandbox, to look for them when it has ended. */
export class Footprint {
  readonly #sandbox: number;
  readonly #namespaces = new Set<string>();
  readonly #processes = new Map<number, string>();
  readonly #others: ReadonlySet<string>;

  /** @param others namespaces that were in use before: who is in them is not of this sandbox */
  constructor(sandboxPid: number, others: ReadonlySet<string>) {
    this.#sandbox = sandboxPid;
    this.#others = others;
  }

  /** Look now; called while the sandbox runs. */
  look(): void {
    for (const { pid, startTicks } of descendants(this.#sandbox, listProcesses())) {
      if (this.#processes.get(pid) === startTicks) continue;
      this.#processes.set(pid, startTicks);
      for (const kind of KINDS) {
        const namespace = namespaceOf(pid, kind);
        if (namespace !== undefined && !this.#others.has(namespace))
          this.#namespaces.add(namespace);
      }
    }
  }

  /** Processes that are still there. */
  remaining(): ProcessSeen[] {
    return listProcesses().filter((one) => one.state !== 'Z' && this.#isOurs(one));
  }

  #isOurs(one: ProcessSeen): boolean {
    if (one.session === this.#sandbox) return true;
    if (this.#processes.get(one.pid) === one.startTicks) return true;
    if (this.#namespaces.size === 0) return false;
    return KINDS.some((kind) => {
      const namespace = namespaceOf(one.pid, kind);
      return namespace !== undefined && this.#namespaces.has(namespace);
    });
  }
}

/** What is left of a run, once the kernel has had a moment to finish. Empty: clean. */
export async function leftBehind(
  before: HostState,
  runDirectory: string,
  footprint: Footprint | undefined,
): Promise<string[]> {
  const until = performance.now() + GRACE_MS;
  for (;;) {
    const processes = footprint?.remaining() ?? [];
    const left = [
      ...processes.map((one) => `process ${one.pid.toString()} (${one.command})`),
      ...added(before, readHostState(runDirectory)),
    ];
    if (left.length === 0 || performance.now() > until) return left;
    await sleep(LOOK_AGAIN_MS);
  }
}
