import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { nodePath } from '../host/node-path.ts';
import { readProcess } from '../host/processes.ts';
import type { StartedNode } from '../lab/lab.ts';
import { markOf, processMark } from '../undo/mark.ts';
import { digestText, readIfThere } from '../undo/in-node.ts';
import type { UndoActOf } from '../undo/undo-act.ts';
import type { ConfigParams } from './config.ts';
import { changeConfig } from './frr-config-run.ts';
import { nodesOf, type InjectNodeFault, type NodeFaultContext } from './node-fault-run.ts';
import { serviceOf } from './process-run.ts';

export const injectConfig: InjectNodeFault = async (context) => {
  const { vtysh, undo } = context.fault.params as ConfigParams;
  const shown: string[] = [];
  for (const node of nodesOf(context)) {
    shown.push(
      vtysh === undefined
        ? await pushFile(node, context)
        : await changeConfig(node, context, vtysh, undo ?? []),
    );
  }
  return shown.join('; ');
};

async function pushFile(node: StartedNode, context: NodeFaultContext): Promise<string> {
  const { file = '', text = '', reload } = context.fault.params as ConfigParams;
  const path = nodePath(node, file);
  const before = readIfThere(path);
  await context.undo.step({
    about: `${node.name}: ${before === null ? 'remove' : 'give back'} ${file}`,
    act: () => {
      mkdirSync(dirname(path), { recursive: true });
      // what exists keeps its owner and its mode
      writeFileSync(path, text);
      const pid = reload === undefined ? null : serviceOf(node, reload).pid;
      if (pid !== null) process.kill(pid, 'SIGHUP');
    },
    undo: {
      do: 'file',
      node: markOf(node),
      path: file,
      base64: before === null ? null : before.toString('base64'),
      made: missingDirectories(node, file),
      ...(reload !== undefined && { reload: readerOf(node, reload) }),
    },
  });
  return `${node.name}: ${file} ${digestText(readIfThere(path))}, was ${digestText(before)}`;
}

/** Those that a file needs and that are not there, the innermost first. */
function missingDirectories(node: StartedNode, file: string): readonly string[] {
  const missing: string[] = [];
  for (let at = dirname(file); !existsSync(nodePath(node, at)); at = dirname(at)) missing.push(at);
  return missing;
}

function readerOf(node: StartedNode, service: string): NonNullable<UndoActOf<'file'>['reload']> {
  const { pid } = serviceOf(node, service);
  const seen = pid === null ? undefined : readProcess(pid);
  return { service, process: seen === undefined ? null : processMark(seen) };
}
