import { markOf } from '../undo/mark.ts';
import { mustRun, shownOutput } from '../undo/in-node.ts';
import type { ExecParams } from './exec.ts';
import { nodesOf, type InjectNodeFault } from './node-fault-run.ts';

export const injectExec: InjectNodeFault = async (context) => {
  const { argv, undo, rc } = context.fault.params as ExecParams;
  const shown: string[] = [];
  for (const node of nodesOf(context)) {
    await context.undo.step({
      about: `${node.name}: ${undo.length === 0 ? 'nothing is undone' : undo.join(' ')}`,
      act: async () => {
        const said = shownOutput(await mustRun(node, argv, rc, context.signal));
        shown.push(`${node.name}: ${argv.join(' ')}${said === '' ? '' : `: ${said}`}`);
      },
      undo:
        undo.length === 0 ? { do: 'nothing' } : { do: 'run', node: markOf(node), argv: undo, rc },
    });
  }
  return shown.join('; ');
};
