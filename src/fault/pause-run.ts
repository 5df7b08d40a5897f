import type { ProcessSeen } from '../host/processes.ts';
import type { StartedNode } from '../lab/lab.ts';
import { makeFreezer } from './freezer-run.ts';
import { nodesOf, type InjectNodeFault, type NodeFaultContext } from './node-fault-run.ts';
import { processName } from '../undo/processes.ts';
import { processTrees } from './process-run.ts';
import type { ProcessTarget } from './process-target.ts';

export const injectPause: InjectNodeFault = async (context) => {
  const shown: string[] = [];
  for (const node of nodesOf(context)) {
    const processes = processTrees(node, context.fault.params as ProcessTarget);
    shown.push(await freezeIn(node, processes, context));
  }
  return shown.join('; ');
};

/** The same for any processes of a node. How long they stood still is told when they go on. */
export async function freezeIn(
  node: StartedNode,
  processes: readonly ProcessSeen[],
  { undo, now }: NodeFaultContext,
): Promise<string> {
  const freezer = makeFreezer(`${node.name}-${processes[0]?.pid ?? 0}`, processes);
  let fromNs = 0;
  await undo.step({
    about: `${node.name}: let ${processes.map(processName).join(', ')} go on`,
    act: async () => {
      await freezer.freeze();
      fromNs = now();
    },
    undo: freezer.undo,
    tell: () => `${node.name}: go on after ${((now() - fromNs) / 1e9).toFixed(3)} s`,
  });
  return `${node.name}: ${processes.map(processName).join(', ')} stand still (${freezer.how})`;
}
