import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ChaosError } from '../../errors.ts';
import { writeDocument } from '../clab/write-document.ts';
import type { LabContext, StartedLab, StartedNode } from '../lab.ts';
import { LabStages, serveInStages } from '../serve-node.ts';
import type { Topology, TopologyNode } from '../topology.ts';
import { connectNodes } from './connect-nodes.ts';
import { ContainerEvents } from './container-events.ts';
import { copyBinds, logPath, prepareFiles } from './container-files.ts';
import { keepContainerLog } from './container-log.ts';
import { ContainerNode } from './container-node.ts';
import { ContainerPower } from './container-power.ts';
import { readDockerPlace } from './docker-place.ts';
import type { LabDocker } from './lab-docker.ts';
import { checkImages } from './check-images.ts';
import { openDocker } from './open-docker.ts';
import { bindCopy, deployDocument } from './lab-document.ts';
import { deploy, destroy, type StockContainerlab } from './stock-containerlab.ts';

/** containerlab's own prefix of container names. */
const PREFIX = 'clab';

interface Deployed {
  readonly place: LabDocker;
  readonly stock: StockContainerlab;
  readonly events: ContainerEvents;
  /** the deployed topology file */
  readonly file: string;
  readonly nodes: readonly ContainerNode[];
}

/** Deployed by the stock containerlab, wherever its Docker is; its links end in the wire room. */
export async function startContainerLab(
  topology: Topology,
  context: LabContext,
): Promise<StartedLab> {
  const place = await openDocker(readDockerPlace(context.runDirectory), context);
  await checkImages(place, topology.nodes);
  const deployed = await deployLab(topology, place, context);
  await connectNodes(
    topology,
    { ...deployed, directory: place.directory, hostNetnsFd: place.host.net },
    context,
  );
  const stages = new LabStages();
  await Promise.all(
    deployed.nodes.map((node) =>
      serveInStages(node, prepareFiles(node, topology, context), context, stages),
    ),
  );
  return startedLab(topology, deployed);
}

async function deployLab(
  topology: Topology,
  place: LabDocker,
  context: LabContext,
): Promise<Deployed> {
  const { directory, docker, host, run } = place;
  for (const node of topology.nodes) {
    copyBinds(node, directory, context.runDirectory);
    sayWhatTheKernelHasNot(node, context);
  }
  const file = join(directory, 'lab.clab.yml');
  const name = ['chaos', topology.name, ...(run === null ? [] : [run])].join('-');
  const bindSource = (node: string, index: number): string => bindCopy(directory, node, index);
  writeFileSync(file, writeDocument(deployDocument(topology, { name, run, bindSource })));
  const events = await ContainerEvents.watch(docker, name);
  const stock = { program: place.containerlab, docker: place.address, directory, host };
  await deploy(stock, file, name, context.signal);
  const nodes: ContainerNode[] = [];
  for (const node of topology.nodes) {
    const container = `${PREFIX}-${name}-${node.name}`;
    const started = await ContainerNode.of(node, container, { ...place, events });
    nodes.push(started);
    await keepContainerLog(started.handle, logPath(started, context));
    context.onEvent({ type: 'node-up', node: node.name, level: 'pid' });
  }
  return { place, stock, events, file, nodes };
}

/** Docker leaves out a limit that the kernel does not know, and says so to nobody who would read it. */
function sayWhatTheKernelHasNot({ name, settings }: TopologyNode, context: LabContext): void {
  const controllers = '/sys/fs/cgroup/cgroup.controllers';
  const known = existsSync(controllers) ? readFileSync(controllers, 'utf8').split(/\s/) : [];
  if (settings?.container?.['cpu-set'] === undefined || known.includes('cpuset')) return;
  const message = 'this kernel does not bind processes to processors (cgroup controller cpuset)';
  context.onEvent({ type: 'notice', node: name, key: 'cpu-set', message });
}

function startedLab(topology: Topology, deployed: Deployed): StartedLab {
  const { place, stock, events, file, nodes } = deployed;
  return {
    topology,
    node(name: string): StartedNode {
      const node = nodes.find((each) => each.name === name);
      if (node === undefined) throw new ChaosError('bug', `no node '${name}' in the lab`);
      return node;
    },
    async stop(): Promise<void> {
      for (const node of nodes) {
        if (node.power instanceof ContainerPower) node.power.release();
        node.release();
      }
      await destroy(stock, file);
      events.close();
      await place.stop();
    },
  };
}
