import { processesIn } from '../host/processes.ts';
import { nodesOf, type InjectNodeFault } from './node-fault-run.ts';
import { freezeIn } from './pause-run.ts';

/** The processes; that nothing passes its wires is wanted of the room. */
export const injectNodePause: InjectNodeFault = async (context) => {
  const shown: string[] = [];
  for (const node of nodesOf(context)) {
    const processes = processesIn(node.netnsFd);
    shown.push(
      processes.length === 0
        ? `${node.name}: has no processes; its wires are silent`
        : await freezeIn(node, processes, context),
    );
  }
  return shown.join('; ');
};
