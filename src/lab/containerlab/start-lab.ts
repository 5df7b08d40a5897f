import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ChaosError } from '../../errors.ts';
import { makeNamespaces } from '../../host/namespaces.ts';
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
import { guestDocker } from './guest-images.ts';
import { mountLayers } from './image-layers.ts';
import { bindCopy, deployDocument, dockerImage, hostDevice, sysctlsOf } from './lab-document.ts';
import { startOwnDocker, type OwnDocker } from './own-docker.ts';
import { deploy, destroy, type StockContainerlab } from './stock-containerlab.ts';

/** In the sandbox: what containerlab writes, and copies of what the lab binds. */
const DIRECTORY = '/run/chaos-lab';

/** containerlab's own prefix of container names. */
const PREFIX = 'clab';

interface Deployed {
  readonly own: OwnDocker;
  readonly stock: StockContainerlab;
  readonly events: ContainerEvents;
  /** the deployed topology file */
  readonly file: string;
  readonly nodes: readonly ContainerNode[];
}

/** Deployed by the stock containerlab in a Docker of the sandbox's own; its links end in the wire room. */
export async function startContainerLab(
  topology: Topology,
  context: LabContext,
): Promise<StartedLab> {
  const guest = guestDocker();
  if (guest === undefined) {
    throw new ChaosError('cannot-run-here', 'there is no Docker for this lab in the sandbox', {
      hint: '--kernel embedded',
    });
  }
  mkdirSync(DIRECTORY, { recursive: true });
  mountLayers(guest.images, guest.dataRoot);
  const netnsFd = makeHost();
  const own = await startOwnDocker({
    netnsFd,
    dataRoot: guest.dataRoot,
    logPath: join(context.runDirectory, 'logs', 'dockerd.log'),
    signal: context.signal,
  });
  await requireImages(own, topology.nodes);
  const stock = { program: guest.containerlab, docker: own.address, directory: DIRECTORY, netnsFd };
  const deployed = await deployLab(topology, own, stock, context);
  await connect(topology, deployed, context);
  await Promise.all(deployed.nodes.map((node) => serve(node, topology, context)));
  return startedLab(topology, deployed);
}

/** containerlab would try to pull what is missing. */
async function requireImages({ docker }: OwnDocker, nodes: readonly TopologyNode[]): Promise<void> {
  const present = new Set((await docker.listImages()).flatMap(({ RepoTags }) => RepoTags ?? []));
  const missing = [...new Set(nodes.map(dockerImage))].filter((image) => !present.has(image));
  if (missing.length === 0) return;
  throw new ChaosError('lab-failed', `there is no image ${missing.join(', ')}`, {
    hint: 'chaos lab images build',
  });
}

async function deployLab(
  topology: Topology,
  own: OwnDocker,
  stock: StockContainerlab,
  context: LabContext,
): Promise<Deployed> {
  for (const node of topology.nodes) copyBinds(node, context.runDirectory);
  const file = join(DIRECTORY, 'lab.clab.yml');
  const name = `chaos-${topology.name}`;
  const bindSource = (node: string, index: number): string => bindCopy(DIRECTORY, node, index);
  writeFileSync(file, writeDocument(deployDocument(topology, { name, bindSource })));
  const events = await ContainerEvents.watch(own.docker, name);
  await deploy(stock, file, name, context.signal);
  const nodes: ContainerNode[] = [];
  for (const node of topology.nodes) {
    const container = `${PREFIX}-${name}-${node.name}`;
    nodes.push(await ContainerNode.of(node, container, own.docker, events));
    context.onEvent({ type: 'node-up', node: node.name, level: 'pid' });
  }
  return { own, stock, events, file, nodes };
}

/**
 * "The host" of containerlab and Docker: neither the room's namespace nor any node's. Far ends of links are there for a
 * moment before the room takes them; they must say nothing of themselves (MLD).
 */
function makeHost(): number {
  const { net } = makeNamespaces({ files: false, pid: false }, () => {
    const path = '/proc/sys/net/ipv6/conf/default/disable_ipv6';
    if (existsSync(path)) writeFileSync(path, '1');
    return undefined;
  });
  return net;
}

/** What a container writes to what it binds must not reach the run's record of what was bound. */
function copyBinds(node: TopologyNode, runDirectory: string): void {
  node.binds.forEach(({ source }, index) => {
    cpSync(join(runDirectory, source), bindCopy(DIRECTORY, node.name, index), { recursive: true });
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
      hostEnd: (link, side) => ({ netnsFd: stock.netnsFd, device: hostDevice(link, side) }),
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
  const { own, stock, events, file, nodes } = deployed;
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
      await own.stop();
    },
  };
}
