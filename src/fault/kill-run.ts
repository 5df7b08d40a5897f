import type { NodeService, StartedNode } from '../lab/lab.ts';
import { sendSignal, type ProcessSeen } from '../host/processes.ts';
import { processName } from '../undo/processes.ts';
import type { KillParams } from './kill.ts';
import { nodesOf, type InjectNodeFault, type NodeFaultContext } from './node-fault-run.ts';
import {
  mainProcesses,
  processTrees,
  serviceOf,
  startAgain,
  untilEnded,
  untilKnownDead,
} from './process-run.ts';

/** Signals that end a process whatever it thinks of them, or that daemons end by. */
const ENDS: readonly string[] = ['KILL', 'TERM', 'INT', 'QUIT', 'ABRT', 'SEGV', 'BUS'];

export const injectKill: InjectNodeFault = async (context) => {
  const shown: string[] = [];
  for (const node of nodesOf(context)) shown.push(await killIn(node, context));
  return shown.join('; ');
};

async function killIn(node: StartedNode, context: NodeFaultContext): Promise<string> {
  const params = context.fault.params as KillParams;
  const service = params.service === undefined ? undefined : serviceOf(node, params.service);
  // its children would hear of its end, and say goodbye to their neighbours
  const processes = (params.signal === 'KILL' ? processTrees : mainProcesses)(node, params);
  const again = service !== undefined && params.restart ? service : undefined;
  await context.undo.step({
    about:
      again === undefined ? `${node.name}: nothing is undone` : `${node.name}: start ${again.name}`,
    act: () => hit(processes, service, params, context),
    undo: again === undefined ? { do: 'nothing' } : startAgain(node, again),
  });
  const how = ENDS.includes(params.signal) ? 'ended by' : 'got';
  return `${node.name}: ${processes.map(processName).join(', ')} ${how} SIG${params.signal}`;
}

async function hit(
  processes: readonly ProcessSeen[],
  service: NodeService | undefined,
  { signal: name }: KillParams,
  { signal }: NodeFaultContext,
): Promise<void> {
  // several as one: none may act on the end of another
  if (processes.length > 1) for (const one of processes) sendSignal(one, 'SIGSTOP');
  for (const one of processes) sendSignal(one, `SIG${name}`);
  if (processes.length > 1) for (const one of processes) sendSignal(one, 'SIGCONT');
  if (!ENDS.includes(name)) return;
  for (const one of processes) {
    if (!(await untilEnded(one, signal))) {
      throw new Error(`${processName(one)} does not end by SIG${name}`);
    }
  }
  if (service !== undefined) await untilKnownDead(service, processes, signal);
}
