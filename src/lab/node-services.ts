import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ChaosError } from '../errors.ts';
import type { ImageStart, ServiceSpec } from '../service/service.ts';
import { failure, runExecLines } from './exec-lines.ts';
import type { LabContext, NodeService, StartedNode } from './lab.ts';

const READY_WITHIN_MS = 30_000;
const READY_POLL_MS = 20;

/** A node as its driver sees it while it starts what the node's image says. */
export interface ServedNode extends Pick<StartedNode, 'name' | 'topology' | 'initPid' | 'exec'> {
  services: readonly NodeService[];
  /** Start a daemon whose output goes to a file; `onEnd` is called once, when its main process has ended. */
  startDaemon(
    argv: readonly string[],
    options: DaemonOptions,
    onEnd: (end: DaemonEnd) => void,
  ): Promise<Daemon> | Daemon;
}

export interface DaemonOptions {
  readonly env: Readonly<Record<string, string>>;
  /** appended to */
  readonly logPath: string;
  readonly user?: string;
}

export interface Daemon {
  /** of its main process, as the engine sees it */
  readonly pid: number | null;
}

export type DaemonEnd =
  | { readonly code: number | null; readonly signal: string | null }
  /** it could not be started */
  | { readonly error: string };

/** Bring a node from "files are in place" to "all services ready", in the order that service.ts states. */
export async function startServices(
  node: ServedNode,
  image: ImageStart,
  context: LabContext,
): Promise<void> {
  const all = image.services.map((spec) => new RunningService(node, spec, context));
  node.services = all;
  for (const argv of image.setUp) await mustSucceed(node, argv, 'set-up');
  for (const service of all.filter(({ spec }) => spec.afterExec !== true))
    await service.launch(context.signal);
  for (const argv of image.configure) await mustSucceed(node, argv, 'configuration');
  await runExecLines(node, context);
  for (const service of all.filter(({ spec }) => spec.afterExec === true))
    await service.launch(context.signal);
}

class RunningService implements NodeService {
  readonly spec: ServiceSpec;
  readonly #node: ServedNode;
  readonly #context: LabContext;
  #daemon: Daemon | null = null;

  constructor(node: ServedNode, spec: ServiceSpec, context: LabContext) {
    this.#node = node;
    this.spec = spec;
    this.#context = context;
  }

  get name(): string {
    return this.spec.name;
  }

  get pid(): number | null {
    return this.#daemon?.pid ?? null;
  }

  async start(): Promise<void> {
    if (this.#daemon !== null) return;
    // what a killed one has left: it would pass for ready at once
    if (this.spec.readyPath !== null) rmSync(this.#pathOf(this.spec.readyPath), { force: true });
    // a daemon is started again even when the run is over: that is what undoing means
    await this.launch(new AbortController().signal);
    const { reconfigure } = this.spec;
    if (reconfigure !== undefined) await mustSucceed(this.#node, reconfigure, 'configuration');
  }

  async launch(signal: AbortSignal): Promise<void> {
    const { name, argv, env, user } = this.spec;
    const context = this.#context;
    const directory = join(context.runDirectory, 'logs', this.#node.name);
    mkdirSync(directory, { recursive: true });
    const logPath = join(directory, `${name}.log`);
    let ended: string | undefined;
    this.#daemon = await this.#node.startDaemon(
      argv,
      {
        env: { ...env, ...context.environmentOf?.(this.#node.name, name) },
        logPath,
        ...(user !== undefined && { user }),
      },
      (end) => {
        this.#daemon = null;
        ended = 'error' in end ? end.error : (end.signal ?? `exit code ${end.code}`);
        if ('error' in end || context.signal.aborted) return;
        context.onEvent({ type: 'service-exited', node: this.#node.name, service: name, ...end });
      },
    );
    if (ended !== undefined) this.#daemon = null;
    await this.#untilReady(() => ended, logPath, signal);
    context.onEvent({ type: 'service-started', node: this.#node.name, service: name });
  }

  async #untilReady(
    ended: () => string | undefined,
    logPath: string,
    signal: AbortSignal,
  ): Promise<void> {
    const { readyPath } = this.spec;
    const attempts = READY_WITHIN_MS / READY_POLL_MS;
    for (let attempt = 0; attempt < attempts; attempt++) {
      const end = ended();
      if (end !== undefined) throw notReady(this.#node, this.spec, `ended (${end})`, logPath);
      signal.throwIfAborted();
      if (readyPath === null || existsSync(this.#pathOf(readyPath))) return;
      await sleep(READY_POLL_MS);
    }
    const what = `has no ${readyPath} after ${READY_WITHIN_MS / 1000} s`;
    throw notReady(this.#node, this.spec, what, logPath);
  }

  /** Absolute symbolic links (/var/run -> /run) would lead out of /proc/<pid>/root, so the path must be a real one. */
  #pathOf(path: string): string {
    return `/proc/${this.#node.initPid}/root${path}`;
  }
}

function notReady(
  node: ServedNode,
  service: ServiceSpec,
  what: string,
  logPath: string,
): ChaosError {
  const tail = readFileSync(logPath, 'utf8').trimEnd().split('\n').slice(-10).join('\n');
  return new ChaosError('lab-failed', `node '${node.name}': service '${service.name}' ${what}`, {
    hint: tail === '' ? `it wrote nothing to its log` : `the end of its log:\n${tail}`,
  });
}

async function mustSucceed(node: ServedNode, argv: readonly string[], what: string): Promise<void> {
  const result = await node.exec(argv);
  if (result.code !== 0) {
    throw new ChaosError('lab-failed', `node '${node.name}': ${what} failed: ${failure(result)}`);
  }
}
