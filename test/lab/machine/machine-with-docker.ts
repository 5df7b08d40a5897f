import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Sandbox } from '../../../src/kernel/sandbox.ts';
import { startSandbox } from '../../../src/kernel/start-sandbox.ts';
import { guestDockerHere } from '../containerlab/guest-docker-here.ts';

const checkout = fileURLToPath(new URL('../../../', import.meta.url));
const program = fileURLToPath(new URL('programs/machine.mjs', import.meta.url));

/** Where the checkout and what has been built for it are on the machine. */
const CHAOS = '/opt/chaos';
const CACHE = '/opt/cache';

export interface MachineOptions {
  /** its daemon at /run/docker.sock; 'none': dockerd is installed and does not run */
  readonly docker: 'with our images' | 'empty' | 'none';
}

/** All that a run could leave on a machine, for comparing. */
export type MachineState = Readonly<Record<string, string | readonly string[]>>;

export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  /** both, as they came */
  readonly output: string;
}

interface Message {
  readonly id: number;
  readonly stdout?: string;
  readonly stderr?: string;
  readonly pid?: number;
  readonly code?: number | null;
  readonly signal?: string | null;
  readonly state?: MachineState;
  readonly failed?: string;
}

/**
 * The embedded kernel as a machine that has Docker: its root is ours, its daemon is at /run/docker.sock, the built chaos
 * is called as a user calls it, and what is left on it afterwards can be seen. What this host lacks (/proc/modules,
 * privileged containers, netem) is there. It dies with this process.
 */
export class MachineWithDocker {
  readonly #directory: string;
  readonly #sandbox: Sandbox;
  readonly #listeners = new Map<number, (message: Message) => void>();
  #lastId = 0;

  /** @throws when there is no embedded kernel, containerlab or disk of images here (ask guestDockerHere first) */
  static async start({ docker }: MachineOptions): Promise<MachineWithDocker> {
    const guest = guestDockerHere();
    assert.ok(guest !== undefined, 'a machine with Docker cannot be started here');
    const directory = mkdtempSync(join(tmpdir(), 'machine-'));
    const mounts = [
      { from: checkout, to: CHAOS },
      // ${cache}/chaos/containerlab/<digest>/containerlab, ${cache}/chaos/images/<digest>/images.ext4
      { from: dirname(guest.programs), to: `${CACHE}/chaos/containerlab` },
      { from: dirname(dirname(guest.disk)), to: `${CACHE}/chaos/images` },
    ];
    writeFileSync(join(directory, 'machine.json'), JSON.stringify({ mounts, docker }));
    copyFileSync(program, join(directory, 'machine.mjs'));
    const sandbox = await startSandbox({
      ...{ kernel: 'embedded', clock: 'real', seed: 1, memoryMb: 3072, stallAfterMs: 60_000 },
      ...{ runDirectory: directory, module: '/run-dir/machine.mjs', args: [], docker: guest },
    });
    const machine = new MachineWithDocker(directory, sandbox);
    await machine.#hear(0, (message) => (message.pid === undefined ? message : undefined));
    return machine;
  }

  private constructor(directory: string, sandbox: Sandbox) {
    this.#directory = directory;
    this.#sandbox = sandbox;
    sandbox.onLine((line) => {
      const message = JSON.parse(line) as Message;
      this.#listeners.get(message.id)?.(message);
    });
  }

  /** `chaos <args>` in a checkout, to its end. */
  chaos(...args: readonly string[]): Promise<Ended> {
    return this.begin('/node/node', `${CHAOS}/dist/cli/main.js`, ...args).ended;
  }

  beginChaos(...args: readonly string[]): Running {
    return this.begin('/node/node', `${CHAOS}/dist/cli/main.js`, ...args);
  }

  run(...argv: readonly string[]): Promise<Ended> {
    return this.begin(...argv).ended;
  }

  begin(...argv: readonly string[]): Running {
    const env = { XDG_CACHE_HOME: CACHE };
    const id = this.#ask({ type: 'start', argv, env, cwd: CHAOS });
    return new Running(this, id, (listener) => this.#listeners.set(id, listener));
  }

  /** What is on it now. */
  async look(): Promise<MachineState> {
    const { state } = await this.#answer({ type: 'look' });
    assert.ok(state !== undefined);
    return state;
  }

  async signal(
    target: { readonly child: number } | { readonly pid: number },
    signal: string,
  ): Promise<void> {
    await this.#answer({ type: 'signal', ...target, signal });
  }

  async write(path: string, text: string): Promise<void> {
    await this.#answer({ type: 'write', path, text });
  }

  /** The text of a file on it. */
  async read(path: string): Promise<string> {
    const { code, stdout, stderr } = await this.run('cat', path);
    assert.equal(code, 0, stderr);
    return stdout;
  }

  async stop(): Promise<void> {
    this.#ask({ type: 'end' });
    await this.#sandbox.exited;
    rmSync(this.#directory, { recursive: true, force: true });
  }

  async #answer(request: object): Promise<Message> {
    return this.#hear(this.#ask(request), (message) => message);
  }

  #ask(request: object): number {
    const id = ++this.#lastId;
    // whole or not there: it is looked for from inside
    const path = join(this.#directory, `request-${String(id)}`);
    writeFileSync(path, JSON.stringify({ id, ...request }));
    renameSync(path, `${path}.json`);
    return id;
  }

  #hear(id: number, wanted: (message: Message) => Message | undefined): Promise<Message> {
    return new Promise((resolve, reject) => {
      void this.#sandbox.exited.then(() => {
        reject(new Error(`the machine has ended: ${this.#sandbox.output()}`));
      });
      this.#listeners.set(id, (message) => {
        if (message.failed !== undefined) reject(new Error(message.failed));
        else if (wanted(message) !== undefined) resolve(message);
      });
    });
  }
}

/**
 * In a suite: one machine, with our images, for all of its tests; they are skipped where none can be had. Gives it from
 * the hooks and tests that follow.
 */
export function machineForSuite(): () => MachineWithDocker {
  let machine: MachineWithDocker | undefined;
  before(async function () {
    if (guestDockerHere() === undefined) this.skip();
    machine = await MachineWithDocker.start({ docker: 'with our images' });
  });
  after(() => machine?.stop());
  return () => {
    assert.ok(machine !== undefined);
    return machine;
  };
}

/** A program that runs on the machine. */
export class Running {
  readonly ended: Promise<Ended>;
  readonly #machine: MachineWithDocker;
  readonly #id: number;
  readonly #waiting = new Set<() => void>();
  #output = '';
  #over = false;

  constructor(
    machine: MachineWithDocker,
    id: number,
    listen: (listener: (message: Message) => void) => void,
  ) {
    this.#machine = machine;
    this.#id = id;
    const said = { stdout: '', stderr: '' };
    this.ended = new Promise((resolve, reject) => {
      listen((message) => {
        if (message.failed !== undefined) reject(new Error(message.failed));
        said.stdout += message.stdout ?? '';
        said.stderr += message.stderr ?? '';
        this.#output += (message.stdout ?? '') + (message.stderr ?? '');
        if (message.code !== undefined) {
          this.#over = true;
          const { code, signal = null } = message;
          resolve({ code, signal, ...said, output: this.#output });
        }
        for (const look of this.#waiting) look();
      });
    });
  }

  /** Until it has said this; fails when it ends without. */
  says(pattern: RegExp): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        if (pattern.test(this.#output)) resolve();
        else if (this.#over)
          reject(new Error(`it ended without ${String(pattern)}: ${this.#output}`));
        else return;
        this.#waiting.delete(look);
      };
      this.#waiting.add(look);
      look();
    });
  }

  signal(name: 'SIGINT' | 'SIGTERM' | 'SIGKILL'): Promise<void> {
    return this.#machine.signal({ child: this.#id }, name);
  }
}
