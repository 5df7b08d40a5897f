import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ChaosError } from '../../errors.ts';
import { images } from '../../service/registry.ts';
import { writeDocument } from '../clab/write-document.ts';
import type { LabContext, StartedLab, StartedNode } from '../lab.ts';
import { boundFiles, readBinds, textFiles, writeNodeFiles } from '../node-files.ts';
import { startServices } from '../node-services.ts';
import { hasSysctl, setSysctl } from '../set-sysctl.ts';
import type { Topology, TopologyNode } from '../topology.ts';
import { wireSpecs } from '../wire-specs.ts';
import { ContainerEvents } from './container-events.ts';
import { ContainerNode } from './container-node.ts';
import { readDockerPlace } from './docker-place.ts';
import type { LabDocker } from './lab-docker.ts';
import { openDocker } from './open-docker.ts';
import { bindCopy, deployDocument, dockerImage, hostDevice, sysctlsOf } from './lab-document.ts';
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
  await requireImages(place, topology.nodes);
  const deployed = await deployLab(topology, place, context);
  await connect(topology, deployed, context);
  await Promise.all(deployed.nodes.map((node) => serve(node, topology, context)));
  return startedLab(topology, deployed);
}

/** containerlab would try to pull what is missing. */
async function requireImages({ docker }: LabDocker, nodes: readonly TopologyNode[]): Promise<void> {
  const present = new Set((await docker.listImages()).flatMap(({ RepoTags }) => RepoTags ?? []));
  const missing = [...new Set(nodes.map(dockerImage))].filter((image) => !present.has(image));
  if (missing.length === 0) return;
  throw new ChaosError('lab-failed', `there is no image ${missing.join(', ')}`, {
    hint: 'chaos lab images build',
  });
}

async function deployLab(
  topology: Topology,
  place: LabDocker,
  context: LabContext,
): Promise<Deployed> {
  const { directory, docker, host, run } = place;
  for (const node of topology.nodes) copyBinds(node, directory, context.runDirectory);
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
    nodes.push(await ContainerNode.of(node, container, docker, events));
    context.onEvent({ type: 'node-up', node: node.name, level: 'pid' });
  }
  return { place, stock, events, file, nodes };
}

/** What a container writes to what it binds must not reach the run's record of what was bound. */
function copyBinds(node: TopologyNode, directory: string, runDirectory: string): void {
  node.binds.forEach(({ source }, index) => {
    cpSync(join(runDirectory, source), bindCopy(directory, node.name, index), { recursive: true });
  });
}

async function connect(
  topology: Topology,
  { nodes, stock }: Deployed,
  context: LabContext,
): Promise<void> {
  for (const node of nodes) {
    settleSysctls(node, context);
    await context.room.watchNode(node.name, node.netnsFd);
    node.onDeath(() => {
      if (context.signal.aborted) return;
      // open files on its namespace keep its interfaces up: its neighbours must lose carrier by our hand
      context.room.setNodeAlive(node.name, false);
      context.onEvent({ type: 'node-down', node: node.name });
    });
  }
  const netnsFds = new Map(nodes.map((node) => [node.name, node.netnsFd]));
  await context.room.addWires(
    wireSpecs(topology, {
      netnsFds,
      hostEnd: (link, side) => ({ netnsFd: stock.host.net, device: hostDevice(link, side) }),
    }),
  );
}

/** Those of interfaces that are there now, and those that containerlab has set otherwise (it switches IPv6 on). */
function settleSysctls(node: ContainerNode, context: LabContext): void {
  node.inNet(() => {
    for (const [key, value] of Object.entries(sysctlsOf(node.topology))) {
      if (!hasSysctl(key, value)) setSysctl(key, value, node.name, context);
    }
  });
}

/** Daemons and `exec` lines: the same definitions in the same order as under every driver. */
async function serve(node: ContainerNode, topology: Topology, context: LabContext): Promise<void> {
  const { mappedImage, binds } = node.topology;
  const image = images[mappedImage];
  if (image === undefined) throw new ChaosError('bug', `image '${mappedImage}' is not registered`);
  const links = topology.links.filter(({ a, b }) => a.node === node.name || b.node === node.name);
  const files = boundFiles(readBinds(node.topology, context.runDirectory));
  const start = image.start(node.topology, links, files);
  const isBound = (path: string): boolean =>
    binds.some(({ target }) => path === target || path.startsWith(`${target}/`));
  const own = textFiles(start.files).filter(({ path }) => !isBound(path));
  node.inside(() => {
    writeNodeFiles(own);
  });
  await startServices(node, start, context);
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
      for (const node of nodes) node.release();
      await destroy(stock, file);
      events.close();
      await place.stop();
    },
  };
}
