import type { WireSpec } from '../../wire/room.ts';
import type { LabContext } from '../lab.ts';
import { serveNode } from '../serve-node.ts';
import { hasSysctl, isOfNetwork, setSysctl } from '../set-sysctl.ts';
import type { Topology } from '../topology.ts';
import { wireSpecs } from '../wire-specs.ts';
import type { ContainerEvents } from './container-events.ts';
import { copyBinds, logPath, prepareFiles } from './container-files.ts';
import { keepContainerLog } from './container-log.ts';
import type { ContainerNode } from './container-node.ts';
import { ContainerPower } from './container-power.ts';
import { hostDevice, sysctlsOf } from './lab-document.ts';

/** What of a deployed lab is to be connected. */
export interface Unconnected {
  readonly nodes: readonly ContainerNode[];
  readonly events: ContainerEvents;
  /** of the run: copies of what the lab binds are in it */
  readonly directory: string;
  /** where containerlab has made the far ends of links */
  readonly hostNetnsFd: number;
}

/** The wire room takes all links, and knows the nodes, whatever becomes of their containers. */
export async function connectNodes(
  topology: Topology,
  deployed: Unconnected,
  context: LabContext,
): Promise<void> {
  const { nodes, hostNetnsFd } = deployed;
  const { room } = context;
  const netnsFds = new Map(nodes.map((node) => [node.name, node.netnsFd]));
  const wires = wireSpecs(topology, {
    netnsFds,
    hostEnd: (link, side) => ({ netnsFd: hostNetnsFd, device: hostDevice(link, side) }),
  });
  for (const node of nodes) {
    node.inNet(() => {
      settleSysctls(node, context);
    });
    await room.watchNode(node.name, node.netnsFd);
  }
  await room.addWires(wires);
  for (const node of nodes) {
    const own = wires.filter(({ a, b }) => a.node === node.name || b.node === node.name);
    node.power = powerOf(node, own, topology, deployed, context);
  }
}

function powerOf(
  node: ContainerNode,
  wires: readonly WireSpec[],
  topology: Topology,
  { events, directory }: Unconnected,
  context: LabContext,
): ContainerPower {
  const { name, level } = node;
  const { room } = context;
  const ends = wires.flatMap(({ a, b }) => [a, b]);
  return new ContainerPower(node, node.handle, events, {
    wired: ends.filter((end) => end.node === name).map((end) => end.interface),
    setAlive: (alive) => {
      room.setNodeAlive(name, alive);
    },
    renew: () => {
      copyBinds(node.topology, directory, context.runDirectory);
    },
    prepare: () => {
      settleSysctls(node, context);
    },
    connect: async () => {
      await keepContainerLog(node.handle, logPath(node, context));
      await room.watchNode(name, node.netnsFd);
      room.setNodeAlive(name, true);
      await room.addWires(wires);
    },
    // the end of a run is when nodes are turned on again: it must not stop that
    serve: () => {
      const start = prepareFiles(node, topology, context);
      return serveNode(node, start, { ...context, signal: new AbortController().signal });
    },
    changed: (isOn, end) => {
      context.onEvent(
        isOn
          ? { type: 'node-up', node: name, level }
          : { type: 'node-down', node: name, ...(end !== undefined && { end }) },
      );
    },
    failed: (message) => {
      context.onEvent({ type: 'notice', node: name, message: `did not come back: ${message}` });
    },
  });
}

/**
 * In its network namespace. Those of interfaces that are there, and those that containerlab has set otherwise (IPv6).
 * Docker has set the others (of IPC), or refused them.
 */
function settleSysctls(node: ContainerNode, context: LabContext): void {
  for (const [key, value] of Object.entries(sysctlsOf(node.topology))) {
    if (isOfNetwork(key) && !hasSysctl(key, value)) setSysctl(key, value, node.name, context);
  }
}
