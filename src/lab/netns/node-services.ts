import type { ChildProcess } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ChaosError } from '../../errors.ts';
import type { ImageStart, ServiceSpec } from '../../service/service.ts';
import type { LabContext, NodeService } from '../lab.ts';
import { failure, runExecLines } from './exec-lines.ts';
import type { NetnsNode } from './netns-node.ts';

const READY_WITHIN_MS = 30_000;
const READY_POLL_MS = 20;

/** Bring a node from "files are in place" to "all services ready", in the order that service.ts states. */
export async function startServices(
  node: NetnsNode,
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
  readonly #node: NetnsNode;
  readonly #context: LabContext;
  #child: ChildProcess | null = null;

  constructor(node: NetnsNode, spec: ServiceSpec, context: LabContext) {
    this.#node = node;
    this.spec = spec;
    this.#context = context;
  }

  get name(): string {
    return this.spec.name;
  }

  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  async start(): Promise<void> {
    if (this.#child !== null) return;
    // what a killed one has left: it would pass for ready at once
    if (this.spec.readyPath !== null) rmSync(this.#pathOf(this.spec.readyPath), { force: true });
    // a daemon is started again even when the run is over: that is what undoing means
    await this.launch(new AbortController().signal);
    const { reconfigure } = this.spec;
    if (reconfigure !== undefined) await mustSucceed(this.#node, reconfigure, 'configuration');
  }

  async launch(signal: AbortSignal): Promise<void> {
    const { name, argv, env } = this.spec;
    const context = this.#context;
    const directory = join(context.runDirectory, 'logs', this.#node.name);
    mkdirSync(directory, { recursive: true });
    const logPath = join(directory, `${name}.log`);
    const log = openSync(logPath, 'a');
    const child = this.#node.spawn(argv, {
      stdio: ['ignore', log, log],
      env: { ...env, ...context.environmentOf?.(this.#node.name, name) },
    });
    closeSync(log);
    this.#child = child;
    let ended: string | undefined;
    child.once('error', (error) => {
      ended = error.message;
    });
    child.once('exit', (code, signal) => {
      ended = signal ?? `exit code ${code}`;
      if (this.#child === child) this.#child = null;
      if (context.signal.aborted) return;
      context.onEvent({
        ...{ type: 'service-exited', node: this.#node.name, service: name, code, signal },
      });
    });
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
  node: NetnsNode,
  service: ServiceSpec,
  what: string,
  logPath: string,
): ChaosError {
  const tail = readFileSync(logPath, 'utf8').trimEnd().split('\n').slice(-10).join('\n');
  return new ChaosError('lab-failed', `node '${node.name}': service '${service.name}' ${what}`, {
    hint: tail === '' ? `it wrote nothing to its log` : `the end of its log:\n${tail}`,
  });
}

async function mustSucceed(node: NetnsNode, argv: readonly string[], what: string): Promise<void> {
  const result = await node.exec(argv);
  if (result.code !== 0) {
    throw new ChaosError('lab-failed', `node '${node.name}': ${what} failed: ${failure(result)}`);
  }
}
