import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { StartedNode } from '../lab/lab.ts';
import type { ConfigParams } from './config.ts';
import { changeConfig, isOff } from './frr-config-run.ts';
import { nodesOf, type InjectNodeFault, type NodeFaultContext } from './node-fault-run.ts';
import { ownPath } from './own-files-run.ts';
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
  const path = ownPath(node, file);
  const before = readIfThere(path);
  const tell = (): void => {
    const pid = reload === undefined ? null : serviceOf(node, reload).pid;
    if (pid !== null) process.kill(pid, 'SIGHUP');
  };
  await context.undo.step({
    about: `${node.name}: ${before === null ? 'remove' : 'give back'} ${file}`,
    act: () => {
      mkdirSync(dirname(path), { recursive: true });
      // what exists keeps its owner and its mode
      writeFileSync(path, text);
      tell();
    },
    undo: () => {
      if (isOff(node)) return `${node.name}: has no power`;
      const own = ownPath(node, file);
      if (before === null) rmSync(own, { force: true });
      else writeFileSync(own, before);
      tell();
      return `${node.name}: ${file} ${digestText(readIfThere(own))}`;
    },
  });
  return `${node.name}: ${file} ${digestText(readIfThere(path))}, was ${digestText(before)}`;
}

function readIfThere(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return null;
  }
}

/** '812 bytes (sha256 1f2e3d4c)' */
function digestText(data: Buffer | null): string {
  if (data === null) return 'not there';
  const digest = createHash('sha256').update(data).digest('hex').slice(0, 8);
  return `${data.length} bytes (sha256 ${digest})`;
}
