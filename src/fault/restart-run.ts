import type { StartedNode } from '../lab/lab.ts';
import { nodesOf, type InjectNodeFault, type NodeFaultContext } from './node-fault-run.ts';
import {
  mainProcesses,
  pidText,
  processName,
  send,
  serviceOf,
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
        send(one, 'SIGTERM');
        if (await untilEnded(one, context.signal)) continue;
        send(one, 'SIGKILL');
        await untilEnded(one, context.signal);
      }
      await untilKnownDead(service, context.signal);
      await service.start();
    },
    undo: () => service.start(),
  });
  return `${node.name}: ${before.map(processName).join(', ')} restarted ${pidText(service)}`;
}
