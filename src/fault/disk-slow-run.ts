import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { spawn, type ChildProcess } from 'node:child_process';
import type { ProcessSeen } from '../host/processes.ts';
import type { StartedNode } from '../lab/lab.ts';
import type { DiskSlowParams } from './disk-slow.ts';
import { nodesOf, type InjectNodeFault, type NodeFaultContext } from './node-fault-run.ts';
import { processName, processTrees } from './process-run.ts';

const CALLS = 'fsync,fdatasync,sync_file_range,msync,sync,syncfs';
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
    undo: async () => {
      await tracer?.end();
      return `${node.name}: ${tracer?.calls ?? 0} sync calls were held up`;
    },
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
    const what = [`trace=${CALLS}`, `inject=${CALLS}:delay_exit=${delayUs}`, 'signal=none'];
    const argv = ['-f', '-qqq', ...what.flatMap((each) => ['-e', each]), ...which];
    this.#child = spawn('strace', argv, { stdio: ['ignore', 'ignore', 'pipe'] });
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
    for (let waitedMs = 0; !this.#traced.every(isTraced); waitedMs += LOOK_EVERY_MS) {
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

function isTraced({ pid }: ProcessSeen): boolean {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return !/^TracerPid:\s*0$/mu.test(status);
  } catch {
    return false;
  }
}
