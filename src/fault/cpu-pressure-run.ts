import { setTimeout as wait } from 'node:timers/promises';
import { processesIn } from '../host/processes.ts';
import type { StartedNode } from '../lab/lab.ts';
import type { CpuPressureParams } from './cpu-pressure.ts';
import { makeFreezer, type Freezer } from './freezer-run.ts';
import { nodesOf, type InjectNodeFault, type NodeFaultContext } from './node-fault-run.ts';
import { processTrees } from './process-run.ts';

export const injectCpuPressure: InjectNodeFault = async (context) => {
  const shown: string[] = [];
  for (const node of nodesOf(context)) shown.push(await press(node, context));
  return shown.join('; ');
};

async function press(node: StartedNode, { fault, undo, now }: NodeFaultContext): Promise<string> {
  const { service, share, period } = fault.params as CpuPressureParams;
  const processes =
    service === undefined ? processesIn(node.netnsFd) : processTrees(node, { service });
  const [first] = processes;
  if (first === undefined) throw new Error(`${node.name} has no processes`);
  const freezer = makeFreezer(`cpu-${node.name}-${first.pid}`, processes);
  const slices = new Slices(freezer, share, period, now);
  await undo.step({
    about: `${node.name}: let ${processes.length} processes run all the time`,
    act: () => slices.start(),
    undo: freezer.undo,
    letGo: () => slices.stop(),
    tell: () =>
      `${node.name}: stood still for ${slices.percent.toFixed(1)} % of the time, in ${slices.count} periods`,
  });
  return `${node.name}: ${processes.length} processes run in slices (${freezer.how})`;
}

/** Frozen for the first part of each period, at absolute times, so that slices do not drift. */
class Slices {
  readonly #freezer: Freezer;
  readonly #frozenNs: number;
  readonly #periodNs: number;
  readonly #now: () => number;
  readonly #stopped = new AbortController();
  #loop: Promise<void> = Promise.resolve();
  #failure: Error | undefined;
  #fromNs = 0;
  #toNs = 0;
  #stoodStillNs = 0;
  count = 0;

  constructor(freezer: Freezer, share: number, periodNs: number, now: () => number) {
    this.#freezer = freezer;
    this.#frozenNs = (1 - share) * periodNs;
    this.#periodNs = periodNs;
    this.#now = now;
  }

  async start(): Promise<void> {
    await this.#freezer.freeze();
    this.#fromNs = this.#now();
    this.#loop = this.#run().catch((error: unknown) => {
      if (this.#stopped.signal.aborted) return;
      this.#failure = error instanceof Error ? error : new Error(String(error));
    });
  }

  /** No more of it; what lets them go on for good comes then. */
  async stop(): Promise<void> {
    if (this.#stopped.signal.aborted) return;
    this.#stopped.abort();
    this.#toNs = this.#now();
    await this.#loop;
  }

  /** How much of the time they stood still. */
  get percent(): number {
    if (this.#failure !== undefined) throw this.#failure;
    return (100 * this.#stoodStillNs) / Math.max(1, this.#toNs - this.#fromNs);
  }

  async #run(): Promise<void> {
    for (; ; this.count++) {
      const atNs = this.#fromNs + this.count * this.#periodNs;
      const frozenFromNs = this.#now();
      try {
        await this.#until(atNs + this.#frozenNs);
      } finally {
        this.#freezer.hold(false);
        this.#stoodStillNs += this.#now() - frozenFromNs;
      }
      await this.#until(atNs + this.#periodNs);
      this.#freezer.hold(true);
    }
  }

  async #until(atNs: number): Promise<void> {
    const ms = Math.max(0, Math.round((atNs - this.#now()) / 1e6));
    await wait(ms, undefined, { signal: this.#stopped.signal });
  }
}
