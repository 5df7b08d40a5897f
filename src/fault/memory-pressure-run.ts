import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { ProcessSeen } from '../host/processes.ts';
import type { StartedNode } from '../lab/lab.ts';
import type { MemoryPressureParams } from './memory-pressure.ts';
import { nodesOf, type InjectNodeFault, type NodeFaultContext } from './node-fault-run.ts';
import { isAlive, processName, processTrees } from './process-run.ts';

export const injectMemoryPressure: InjectNodeFault = async (context) => {
  const shown: string[] = [];
  for (const node of nodesOf(context)) shown.push(await limitIn(node, context));
  return shown.join('; ');
};

async function limitIn(node: StartedNode, { fault, undo }: NodeFaultContext): Promise<string> {
  const { headroom, ...target } = fault.params as MemoryPressureParams;
  const shown: string[] = [];
  for (const one of processTrees(node, target)) {
    const before = softLimit(one);
    const has = sizeBytes(one);
    await undo.step({
      about: `${node.name}: ${processName(one)}: address space ${before}`,
      act: () => {
        setSoftLimit(one, (has + headroom).toString());
      },
      undo: () => {
        if (!isAlive(one)) return `${node.name}: ${processName(one)} has ended`;
        setSoftLimit(one, before);
        return `${node.name}: ${processName(one)}: address space ${softLimit(one)}`;
      },
    });
    shown.push(`${processName(one)}: has ${has} bytes, limit ${softLimit(one)}`);
  }
  return `${node.name}: ${shown.join(', ')}`;
}

/**
 * The soft limit alone: that can be raised again by whoever lowered it. Without the right to every process
 * (CAP_SYS_RESOURCE), as in a container, its own user may.
 */
function setSoftLimit({ pid }: ProcessSeen, value: string): void {
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
function softLimit({ pid }: ProcessSeen): string {
  const limits = readFileSync(`/proc/${pid}/limits`, 'utf8');
  return /^Max address space\s+(\S+)/mu.exec(limits)?.[1] ?? 'unknown';
}

/** What RLIMIT_AS counts: VmSize of /proc/<pid>/status, in kB */
function sizeBytes({ pid }: ProcessSeen): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmSize:\s+(\d+) kB$/mu.exec(status)?.[1] ?? 0) * 1024;
}
