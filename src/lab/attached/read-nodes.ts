import type Docker from 'dockerode';
import { ChaosError } from '../../errors.ts';
import { processesBeside } from '../../host/processes.ts';
import type { AttachedLab, Topology, TopologyNode } from '../topology.ts';
import type { LabContainer } from './find-lab.ts';
import { lookAtLinks } from './look-at-links.ts';

/** Kinds of containerlab that are no containers of its own. */
const NO_CONTAINER: readonly string[] = ['bridge', 'ovs-bridge', 'host', 'ext-container'];

export interface RunningLab {
  /** containerlab's name of it */
  readonly lab: string;
  readonly containers: readonly LabContainer[];
  readonly docker: Docker;
  readonly socket: string;
}

/**
 * The lab of a topology file as it runs: its containers, what runs in them, and what stands of its links. Only looks.
 * @throws ChaosError 'cannot-run-here' when what runs is not what the file says
 */
export async function readRunningNodes(topology: Topology, running: RunningLab): Promise<Topology> {
  const { lab, containers, docker, socket } = running;
  const byNode = new Map(containers.map((container) => [container.node, container]));
  const missing = topology.nodes.filter(
    ({ name, kind }) => !byNode.has(name) && !NO_CONTAINER.includes(kind),
  );
  if (missing.length > 0) {
    const names = missing.map(({ name }) => name).join(', ');
    throw new ChaosError(
      'cannot-run-here',
      `${topology.file} has nodes that do not run in lab '${lab}': ${names}`,
      { hint: `the file has changed since: containerlab deploy --reconfigure -t ${topology.file}` },
    );
  }
  const pids = new Map<string, number>();
  for (const { id, node } of containers) {
    if (!topology.nodes.some(({ name }) => name === node)) continue;
    pids.set(node, (await docker.getContainer(id).inspect()).State.Pid);
  }
  const limits = lookAtLinks(topology, pids);
  const nodes = [...pids].map(([name, pid]) => ({
    name,
    container: byNode.get(name)?.id ?? '',
    // by their names, each once
    programs: [...new Set(processesBeside(pid).map(({ command }) => command))].sort(),
  }));
  const attached: AttachedLab = { lab, socket, nodes, limits };
  return {
    ...topology,
    // what it binds is in its containers already
    nodes: topology.nodes.map((node) => ({
      ...node,
      binds: [],
      mappedImage: imageOf(node, nodes.find(({ name }) => name === node.name)?.programs ?? []),
    })),
    attached,
  };
}

/** What an image is called says less than what runs. */
function imageOf(node: TopologyNode, programs: readonly string[]): string {
  if (programs.includes('zebra')) return 'frr';
  return programs.includes('keepalived') ? 'keepalived' : node.mappedImage;
}
