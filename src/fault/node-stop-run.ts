import { processesIn } from '../host/processes.ts';
import type { NodePower, StartedNode } from '../lab/lab.ts';
import { nodesOf, type InjectNodeFault } from './node-fault-run.ts';

export const injectNodeStop: InjectNodeFault = async (context) => {
  const shown: string[] = [];
  for (const node of nodesOf(context)) {
    const power = powerOf(node);
    const before = processesIn(node.netnsFd).length;
    await context.undo.step({
      about: `${node.name}: turn it on`,
      act: () => power.turnOff(),
      undo: { do: 'turn-on', node: node.name },
    });
    const left = processesIn(node.netnsFd).length;
    shown.push(`${node.name}: off, ${before} processes before, ${left} now`);
  }
  return shown.join('; ');
};

function powerOf({ name, power }: StartedNode): NodePower {
  if (power === null) throw new Error(`${name}: this driver cannot turn nodes off`);
  return power;
}
