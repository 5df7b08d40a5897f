import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import type { StartedNode } from '../lab/lab.ts';
import { markOf } from '../undo/mark.ts';
import { processName } from '../undo/processes.ts';
import { SKEW_TAKES_MS, skewFile, skewLibrary, type ClockSkewParams } from './clock-skew.ts';
import { nodesOf, type InjectNodeFault, type NodeFaultContext } from './node-fault-run.ts';
import { nodePath } from '../host/node-path.ts';
import { mainProcesses } from './process-run.ts';

export const injectClockSkew: InjectNodeFault = async (context) => {
  const shown: string[] = [];
  for (const node of nodesOf(context)) shown.push(await skew(node, context));
  return shown.join('; ');
};

async function skew(node: StartedNode, { fault, undo, signal }: NodeFaultContext): Promise<string> {
  const { service, ahead, behind } = fault.params as ClockSkewParams;
  const [process] = mainProcesses(node, { service });
  if (process === undefined) throw new Error(`${node.name}: ${service} does not run`);
  const loaded = readFileSync(`/proc/${process.pid}/maps`, 'utf8').includes(skewLibrary());
  if (!loaded) throw new Error(`${node.name}: ${service} was started without libfaketime`);
  const path = nodePath(node, skewFile(service));
  const seconds = ((ahead ?? 0) - (behind ?? 0)) / 1e9;
  await undo.step({
    about: `${node.name}: ${service}: the right time`,
    act: async () => {
      writeFileSync(path, `${seconds < 0 ? '' : '+'}${seconds}`);
      await wait(SKEW_TAKES_MS, undefined, { signal });
    },
    undo: {
      do: 'file',
      node: markOf(node),
      path: skewFile(service),
      base64: null,
      made: [],
      // a file that is gone leaves it with what it knows
      meanwhile: { text: '+0', ms: SKEW_TAKES_MS },
      shown: `${node.name}: ${service}: the right time`,
    },
  });
  return `${node.name}: ${processName(process)} is told ${readFileSync(path, 'utf8')} s by libfaketime`;
}
