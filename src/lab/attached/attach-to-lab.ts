import { ChaosError } from '../../errors.ts';
import { processesIn } from '../../host/processes.ts';
import { TC_ROOT, classId } from '../../host/qdisc.ts';
import { dockerAt } from '../../undo/docker.ts';
import { markOf } from '../../undo/mark.ts';
import { withSocket } from '../../undo/network.ts';
import { ContainerEvents } from '../containerlab/container-events.ts';
import { ContainerNode } from '../containerlab/container-node.ts';
import type { LabContext, StartedLab, StartedNode } from '../lab.ts';
import { endpointName, type AttachedLab, type Topology } from '../topology.ts';
import { linkOf } from '../../wire/take-pairs.ts';
import { TREE } from '../../wire/room-tree.ts';
import { wireSpecs } from '../wire-specs.ts';
import { AttachedService } from './attached-service.ts';

/** The lab's links have no rate: the queue of a fault must not give them one. */
const NO_LIMIT_BIT_PER_SEC = 100e9;

/** Nothing is deployed: its nodes are entered, and their links are the room's to act on where frames leave a node. */
export async function attachToLab(topology: Topology, context: LabContext): Promise<StartedLab> {
  const { attached } = topology;
  if (attached === undefined) {
    throw new ChaosError('usage', 'the driver attach takes a lab that runs already', {
      hint: 'in the scenario: lab: {attach: NAME}',
    });
  }
  const address = `unix://${attached.socket}`;
  const docker = await dockerAt(address);
  const events = await ContainerEvents.watch(docker, attached.lab);
  const nodes = new Map<string, ContainerNode>();
  for (const { name, container } of attached.nodes) {
    const own = topology.nodes.find((each) => each.name === name);
    if (own === undefined) throw new ChaosError('bug', `attached to unknown node '${name}'`);
    const node = await ContainerNode.of(own, container, { docker, address, events });
    node.services = servicesIn(node);
    nodes.set(name, node);
    context.onEvent({ type: 'node-up', node: name, level: 'pid' });
  }
  await connect(topology, attached.limits, nodes, events, context);
  return {
    topology,
    node(name: string): StartedNode {
      const node = nodes.get(name);
      if (node === undefined)
        throw new ChaosError('lab-failed', `node '${name}' is no container of the lab`);
      return node;
    },
    stop(): Promise<void> {
      // everything goes on as it was; the nodes are still needed to undo what the journal has of the lab
      events.close();
      return Promise.resolve();
    },
  };
}

/**
 * The queueing trees that faults may plant where frames leave a node, written down before any does. (Our rules end with
 * the process that made them: the kernel sees to that.)
 */
async function journalTrees(
  node: ContainerNode,
  interfaces: readonly string[],
  context: LabContext,
): Promise<void> {
  const ends = withSocket(node, (socket) =>
    interfaces.map((name) => linkOf(socket, name, node.name)),
  );
  for (const { name, queueLength } of ends) {
    await context.journal?.(`${node.name}:${name}: remove the queue of faults`, {
      do: 'remove-qdisc',
      node: markOf(node),
      interface: name,
      handle: classId(TREE.RATE, 0),
      parent: TC_ROOT,
      queueLength,
    });
  }
}

/** The programs that run in it, the first of each name. */
function servicesIn(node: ContainerNode): readonly AttachedService[] {
  const first = new Map(
    processesIn(node.netnsFd)
      .filter(({ pid, state }) => pid !== node.initPid && state !== 'Z')
      .toReversed()
      .map((one) => [one.command, one] as const),
  );
  return [...first.values()].map((one) => new AttachedService(node, one));
}

async function connect(
  topology: Topology,
  limits: AttachedLab['limits'],
  nodes: ReadonlyMap<string, ContainerNode>,
  events: ContainerEvents,
  context: LabContext,
): Promise<void> {
  for (const node of nodes.values()) {
    await context.room.watchNode(node.name, node.netnsFd);
    events.onLife(node.container.id, {
      died: (end) => {
        if (context.signal.aborted) return;
        node.leave();
        context.room.setNodeAlive(node.name, false);
        context.onEvent({ type: 'node-down', node: node.name, end });
      },
      // without its links, which containerlab made: it stays down for this run
      started: () => undefined,
    });
  }
  const barred = new Set(limits.flatMap(({ end, bars }) => (bars === 'all' ? [end] : [])));
  const links = topology.links
    .filter(({ a, b }) => !barred.has(endpointName(a)) && !barred.has(endpointName(b)))
    .map((link) => ({ ...link, rateBitPerSec: NO_LIMIT_BIT_PER_SEC }));
  for (const node of nodes.values()) {
    const own = links.flatMap(({ a, b }) => [a, b]).filter((end) => end.node === node.name);
    const interfaces = own.map((end) => end.interface);
    await journalTrees(node, interfaces, context);
  }
  const netnsFds = new Map([...nodes.values()].map((node) => [node.name, node.netnsFd]));
  await context.room.addWires(wireSpecs({ ...topology, links }, { netnsFds, isDirect: true }));
}
