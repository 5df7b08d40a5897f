import { setTimeout as wait } from 'node:timers/promises';
import { spawn, type ChildProcess } from 'node:child_process';
import { dieWithUs } from '../host/die-with-us.ts';
import type { ProcessSeen } from '../host/processes.ts';
import type { StartedNode } from '../lab/lab.ts';
import { processMark } from '../undo/mark.ts';
import { processName, TRACED_CALLS, tracerOf } from '../undo/processes.ts';
import type { DiskSlowParams } from './disk-slow.ts';
import { nodesOf, type InjectNodeFault, type NodeFaultContext } from './node-fault-run.ts';
import { processTrees } from './process-run.ts';

const ATTACHED_WITHIN_MS = 5000;
const LOOK_EVERY_MS = 2;

export const injectDiskSlow: InjectNodeFault = async (context) => {
  const shown: string[] = [];
  for (const node of nodesOf(context)) shown.push(await slowDown(node, context));
  return shown.join('; ');
};

async function slowDown(node: StartedNode, context: NodeFaultContext): Promise<string> {
  const { delay, ...target } = context.fault.params as DiskSlowParams;
  const processes = processTrees(node, target);
  let tracer: Tracer | undefined;
  await context.undo.step({
    about: `${node.name}: let go of ${processes.map(processName).join(', ')}`,
    act: async () => {
      tracer = new Tracer(processes, Math.round(delay / 1e3));
      await tracer.attached(context.signal);
    },
    undo: { do: 'untrace', processes: processes.map(processMark) },
    letGo: () => tracer?.end(),
    tell: () => `${node.name}: ${tracer?.calls ?? 0} sync calls were held up`,
  });
  return `${node.name}: strace holds up the sync calls of ${processes.map(processName).join(', ')}`;
}

/** strace(1): of the engine's own pid namespace, so that it is no process of the node. */
class Tracer {
  readonly #child: ChildProcess;
  readonly #traced: readonly ProcessSeen[];
  readonly #gone: Promise<unknown>;
  #said = '';
  calls = 0;

  constructor(processes: readonly ProcessSeen[], delayUs: number) {
    this.#traced = processes;
    const which = processes.flatMap(({ pid }) => ['-p', pid.toString()]);
    const what = [
      `trace=${TRACED_CALLS}`,
      `inject=${TRACED_CALLS}:delay_exit=${delayUs}`,
      'signal=none',
    ];
    const strace = ['strace', '-f', '-qqq', ...what.flatMap((each) => ['-e', each]), ...which];
    // it ends with the engine, and lets go then
    const [program, ...argv] = dieWithUs(strace);
    this.#child = spawn(program, argv, { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#gone = new Promise((resolve) => {
      this.#child.once('exit', resolve);
      this.#child.once('error', resolve);
    });
    this.#child.stderr?.on('data', (data: Buffer) => {
      const text = data.toString('utf8');
      this.calls += text.split('(DELAYED)').length - 1;
      this.#said = (this.#said + text).slice(-500);
    });
  }

  async attached(signal: AbortSignal): Promise<void> {
    for (
      let waitedMs = 0;
      this.#traced.some((one) => tracerOf(one) === 0);
      waitedMs += LOOK_EVERY_MS
    ) {
      const { exitCode } = this.#child;
      if (exitCode !== null || waitedMs >= ATTACHED_WITHIN_MS) {
        throw new Error(`strace does not attach: ${this.#said.trim()}`);
      }
      await wait(LOOK_EVERY_MS, undefined, { signal });
    }
  }

  async end(): Promise<void> {
    // it detaches from what it traces
    this.#child.kill('SIGTERM');
    await this.#gone;
  }
}
