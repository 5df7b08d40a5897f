import { processesIn } from '../host/processes.ts';
import type { StartedNode } from '../lab/lab.ts';
import { dockerAt } from '../undo/docker.ts';
import type { ContainerMark } from '../undo/undo-act.ts';
import { nodesOf, type InjectNodeFault, type NodeFaultContext } from './node-fault-run.ts';
import { freezeIn } from './pause-run.ts';

/** The processes; that nothing passes its wires is wanted of the room. */
export const injectNodePause: InjectNodeFault = async (context) => {
  const shown: string[] = [];
  for (const node of nodesOf(context)) {
    const processes = processesIn(node.netnsFd);
    shown.push(
      node.container !== undefined
        ? await pauseContainer(node, node.container, context)
        : processes.length === 0
          ? `${node.name}: has no processes; its wires are silent`
          : await freezeIn(node, processes, context),
    );
  }
  return shown.join('; ');
};

/** By Docker, which knows it then: all processes at once, and those that they are about to make. */
async function pauseContainer(
  { name, netnsFd }: StartedNode,
  mark: ContainerMark,
  { undo }: NodeFaultContext,
): Promise<string> {
  const container = (await dockerAt(mark.docker)).getContainer(mark.id);
  await undo.step({
    about: `${name}: let its container go on`,
    act: async () => {
      await container.pause();
    },
    undo: { do: 'container', node: name, container: mark, want: 'unpaused' },
  });
  const { State } = await container.inspect();
  const n = processesIn(netnsFd).length;
  return `${name}: its container is ${State.Status}, ${n} processes stand still`;
}
