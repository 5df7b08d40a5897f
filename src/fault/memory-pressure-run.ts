import { readFileSync } from 'node:fs';
import type { ProcessSeen } from '../host/processes.ts';
import type { StartedNode } from '../lab/lab.ts';
import { processMark } from '../undo/mark.ts';
import { processName, setSoftLimit, softLimit } from '../undo/processes.ts';
import type { MemoryPressureParams } from './memory-pressure.ts';
import { nodesOf, type InjectNodeFault, type NodeFaultContext } from './node-fault-run.ts';
import { processTrees } from './process-run.ts';

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
      undo: { do: 'address-space', node: node.name, process: processMark(one), limit: before },
    });
    shown.push(`${processName(one)}: has ${has} bytes, limit ${softLimit(one)}`);
  }
  return `${node.name}: ${shown.join(', ')}`;
}

/** What RLIMIT_AS counts: VmSize of /proc/<pid>/status, in kB */
function sizeBytes({ pid }: ProcessSeen): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmSize:\s+(\d+) kB$/mu.exec(status)?.[1] ?? 0) * 1024;
}
