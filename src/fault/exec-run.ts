import { mustRun, shownOutput } from './command-run.ts';
import type { ExecParams } from './exec.ts';
import { nodesOf, type InjectNodeFault } from './node-fault-run.ts';

export const injectExec: InjectNodeFault = async (context) => {
  const { argv, undo, rc } = context.fault.params as ExecParams;
  const shown: string[] = [];
  for (const node of nodesOf(context)) {
    const show = async (command: readonly string[]): Promise<string> => {
      const said = shownOutput(await mustRun(node, command, { rc }));
      return `${node.name}: ${command.join(' ')}${said === '' ? '' : `: ${said}`}`;
    };
    await context.undo.step({
      about: `${node.name}: ${undo.length === 0 ? 'nothing is undone' : undo.join(' ')}`,
      act: async () => {
        shown.push(await show(argv));
      },
      undo: async () => (undo.length === 0 ? '' : show(undo)),
    });
  }
  return shown.join('; ');
};
