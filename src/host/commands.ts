import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { inNamespaces, inNetns, type NamespaceFds } from './namespaces.ts';

export interface NodeSpawnOptions {
  readonly user?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdio?:
    'pipe' | 'ignore' | 'inherit' | readonly (number | 'pipe' | 'ignore' | 'inherit')[];
}

export interface NodeExecOptions {
  readonly input?: string;
  readonly timeoutMs?: number;
  /** it is killed then */
  readonly signal?: AbortSignal;
  /** whose it is, as a name of the node or a number, with a group after a colon; default: root */
  readonly user?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Same shape for success and failure; rejects only when the command could not be started. */
export interface CommandResult {
  readonly argv: readonly string[];
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Nothing of the caller's environment reaches a node: a run must not depend on who starts it. */
const BASE_ENVIRONMENT = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: '/root',
  LANG: 'C.UTF-8',
  TERM: 'dumb',
};

const OUTPUT_LIMIT_BYTES = 1 << 20;

/** What a command leaves in the background may hold its output open for ever: so long after its end nobody waits for more. */
const OUTPUT_WITHIN_MS = 1000;

/** Whose a process is; absent: ours. */
export interface Owner {
  readonly uid?: number;
  readonly gid?: number;
}

/**
 * 'www-data', '33', 'www-data:adm' as the node's own files have it (passwd(5), group(5)).
 * @throws Error for a name that is not there
 */
export function ownerOf(initPid: number | null, user: string): Owner {
  const [name = '', group] = user.split(':');
  const read = (file: string): string[][] =>
    readFileSync(`/proc/${initPid ?? 'self'}/root/etc/${file}`, 'utf8')
      .split('\n')
      .map((line) => line.split(':'));
  const known = read('passwd').find(([login, , id]) => login === name || id === name);
  const uid = /^\d+$/.test(name) ? name : known?.[2];
  const named = group === undefined ? undefined : read('group').find(([one]) => one === group)?.[2];
  const gid = group !== undefined && /^\d+$/.test(group) ? group : (named ?? known?.[3] ?? '0');
  if (uid === undefined || (group !== undefined && !/^\d+$/.test(group) && named === undefined)) {
    throw new Error(`there is no user '${user}' in the node`);
  }
  return { uid: Number(uid), gid: Number(gid) };
}

/** Start a process in the namespaces that the calling thread is in: libuv forks on the calling thread. */
export function spawnHere(
  environment: Readonly<Record<string, string>>,
  argv: readonly string[],
  options: NodeSpawnOptions = {},
  owner: Owner = {},
): ChildProcess {
  const [program, ...args] = argv;
  if (program === undefined) throw new RangeError('an empty command line');
  return spawn(program, args, {
    ...owner,
    env: { ...BASE_ENVIRONMENT, ...environment, ...options.env },
    stdio: (options.stdio ?? 'pipe') as StdioOptions,
  });
}

/** Start a process with all namespaces of a node. */
export function spawnInside(
  fds: NamespaceFds,
  environment: Readonly<Record<string, string>>,
  argv: readonly string[],
  options: NodeSpawnOptions = {},
  owner: Owner = {},
): ChildProcess {
  const start = (): ChildProcess => spawnHere(environment, argv, options, owner);
  return fds.mnt === undefined && fds.pid === undefined
    ? inNetns(fds.net, start)
    : inNamespaces(fds, start);
}

/** A command ends by `kill` when its time is over or nobody wants it any more. Gives what ends that. */
export function killWhen(
  kill: () => void,
  { timeoutMs, signal }: Pick<NodeExecOptions, 'timeoutMs' | 'signal'>,
): () => void {
  const timer = timeoutMs === undefined ? undefined : setTimeout(kill, timeoutMs);
  if (signal?.aborted === true) kill();
  signal?.addEventListener('abort', kill, { once: true });
  return () => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', kill);
  };
}

/** Wait for a process, and not for those that it has started; output is kept up to a limit, the rest is dropped. */
export function collect(
  child: ChildProcess,
  argv: readonly string[],
  options: NodeExecOptions = {},
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const out = new KeptOutput();
    const err = new KeptOutput();
    child.stdout?.on('data', (chunk: Buffer) => {
      out.add(chunk);
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      err.add(chunk);
    });
    const stopWaiting = killWhen(() => child.kill('SIGKILL'), options);
    child.once('error', (error) => {
      stopWaiting();
      reject(new Error(`${argv.join(' ')}: could not start: ${error.message}`, { cause: error }));
    });
    const end = (code: number | null, signal: string | null): void => {
      stopWaiting();
      resolve({ argv, code, signal, stdout: out.text(), stderr: err.text() });
    };
    child.once('exit', (code, signal) => {
      const grace = setTimeout(() => {
        // still read, or whoever writes to it would stand still or die of it
        for (const stream of [child.stdout, child.stderr]) (stream as Socket | null)?.unref();
        end(code, signal);
      }, OUTPUT_WITHIN_MS);
      child.once('close', () => {
        clearTimeout(grace);
        end(code, signal);
      });
    });
    child.stdin?.on('error', () => undefined); // a command may end without reading its input
    child.stdin?.end(options.input ?? '');
  });
}

/** Output is kept up to a limit, the rest is dropped. */
export class KeptOutput {
  readonly #chunks: Buffer[] = [];
  #length = 0;

  add(chunk: Buffer): void {
    if (this.#length >= OUTPUT_LIMIT_BYTES) return;
    this.#chunks.push(chunk);
    this.#length += chunk.length;
  }

  text(): string {
    return Buffer.concat(this.#chunks).toString('utf8').slice(0, OUTPUT_LIMIT_BYTES);
  }
}
