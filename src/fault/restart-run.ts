import { sendSignal } from '../host/processes.ts';
import type { StartedNode } from '../lab/lab.ts';
import { processName } from '../undo/processes.ts';
import { nodesOf, type InjectNodeFault, type NodeFaultContext } from './node-fault-run.ts';
import {
  mainProcesses,
  pidText,
  serviceOf,
  startAgain,
  untilEnded,
  untilKnownDead,
} from './process-run.ts';
import type { RestartParams } from './restart.ts';

export const injectRestart: InjectNodeFault = async (context) => {
  const shown: string[] = [];
  for (const node of nodesOf(context)) shown.push(await restartIn(node, context));
  return shown.join('; ');
};

async function restartIn(node: StartedNode, context: NodeFaultContext): Promise<string> {
  const { service: name } = context.fault.params as RestartParams;
  const service = serviceOf(node, name);
  const before = mainProcesses(node, { service: name });
  await context.undo.step({
    about: `${node.name}: start ${name}, unless it runs`,
    act: async () => {
      for (const one of before) {
        sendSignal(one, 'SIGTERM');
        if (await untilEnded(one, context.signal)) continue;
        sendSignal(one, 'SIGKILL');
        await untilEnded(one, context.signal);
      }
      await untilKnownDead(service, before, context.signal);
      await service.start();
    },
    undo: startAgain(node, service),
    // it was started by the fault itself
    tell: () => '',
  });
  return `${node.name}: ${before.map(processName).join(', ')} restarted ${pidText(service)}`;
}
