import { ChaosError } from '../../errors.ts';
import { images, sysctlBaseline } from '../../service/registry.ts';
import type { Image, ImageStart } from '../../service/service.ts';
import type { LabContext, LabDriver, NodeLevel, StartedLab, StartedNode } from '../lab.ts';
import { setSysctl } from '../set-sysctl.ts';
import type { Topology, TopologyNode } from '../topology.ts';
import { wireSpecs } from '../wire-specs.ts';
import { NetnsNode } from './netns-node.ts';
import { NetnsNodePower } from './node-power.ts';
import { boundFiles, readBinds, textFiles, writeNodeFiles } from '../node-files.ts';
import { filesOfSettings, LabStages, serveInStages, serveNode } from '../serve-node.ts';
import { needsOwnRoot } from './own-root.ts';
import { prepareScratch } from './private-directories.ts';

/** Linux namespaces: every node raised only as far as it needs, every link through the wire room. */
export const netnsDriver: LabDriver = {
  name: 'netns',
  about: 'Linux namespaces and veth pairs from one process; no Docker',
  start: startLab,
};

interface Raised {
  readonly node: NetnsNode;
  readonly image: Image;
  readonly files: ReturnType<typeof readBinds>;
}

async function startLab(topology: Topology, context: LabContext): Promise<StartedLab> {
  const scratch = prepareScratch();
  context.signal.throwIfAborted();
  // one after another, but nobody waits for another's first process
  const raised = await Promise.all(topology.nodes.map((node) => raise(node, scratch, context)));
  for (const { node } of raised)
    context.onEvent({ type: 'node-up', node: node.name, level: node.level });
  await connect(topology, raised, context);
  for (const each of raised) each.node.power = powerOf(each, topology, context);
  const stages = new LabStages();
  await Promise.all(
    raised.map((r) => serveInStages(r.node, prepareFiles(r, topology), context, stages)),
  );
  return startedLab(topology, raised);
}

function powerOf(raised: Raised, topology: Topology, context: LabContext): NetnsNodePower {
  const { node, image } = raised;
  const ends = topology.links.flatMap(({ a, b }) => [a, b]);
  return new NetnsNodePower(node, {
    wired: ends.filter((end) => end.node === node.name).map((end) => end.interface),
    setAlive: (alive) => {
      context.room.setNodeAlive(node.name, alive);
    },
    prepare: () => {
      setSysctls(node.topology, image, context);
    },
    // the end of a run is when nodes are turned on again: it must not stop that
    serve: () => {
      const start = prepareFiles(raised, topology);
      return serveNode(node, start, { ...context, signal: new AbortController().signal });
    },
    changed: (isOn) => {
      const { name, level } = node;
      context.onEvent(
        isOn ? { type: 'node-up', node: name, level } : { type: 'node-down', node: name },
      );
    },
  });
}

async function raise(
  topology: TopologyNode,
  scratch: string,
  context: LabContext,
): Promise<Raised> {
  const image = images[topology.mappedImage];
  if (image === undefined) {
    throw new ChaosError('bug', `image '${topology.mappedImage}' is not in the registry`);
  }
  const files = readBinds(topology, context.runDirectory);
  const { dns, tmpfs, shmBytes, hostname } = topology.settings ?? {};
  const hasOwn = [dns, tmpfs, shmBytes, hostname].some((value) => value !== undefined);
  const commands = context.commandsIn?.(topology.name);
  const ownRoot = needsOwnRoot(topology, image.privateDirectories, commands);
  const level = ownRoot ? 'pid' : levelOf(image, hasOwn || files.length > 0);
  const node = await NetnsNode.raise(topology, image, { level, ownRoot }, scratch);
  node.inNet(() => {
    setSysctls(topology, image, context);
  });
  return { node, image, files };
}

function levelOf(image: Image, hasFiles: boolean): NodeLevel {
  return image.level === 'net' && hasFiles ? 'files' : image.level;
}

/** In the node's network namespace. */
function setSysctls(node: TopologyNode, image: Image, context: LabContext): void {
  const all = { ...sysctlBaseline, ...image.sysctls, ...node.sysctls };
  for (const [key, value] of Object.entries(all)) setSysctl(key, value, node.name, context);
}

async function connect(
  topology: Topology,
  raised: readonly Raised[],
  context: LabContext,
): Promise<void> {
  const fds = new Map(raised.map((r) => [r.node.name, r.node.netnsFd]));
  await Promise.all([...fds].map(([name, fd]) => context.room.watchNode(name, fd)));
  for (const { node } of raised) {
    node.onDeath((end) => {
      if (context.signal.aborted) return;
      // an open fd on its namespace keeps a dead node's interfaces up: its neighbours must lose carrier by our hand
      context.room.setNodeAlive(node.name, false);
      if (end !== undefined) context.onEvent({ type: 'node-down', node: node.name, end });
    });
  }
  await context.room.addWires(wireSpecs(topology, { netnsFds: fds }));
}

/** Everything that the node's daemons read is there; what they are. */
function prepareFiles({ node, image, files }: Raised, topology: Topology): ImageStart {
  const links = topology.links.filter(
    (link) => link.a.node === node.name || link.b.node === node.name,
  );
  const start = image.start(node.topology, links, boundFiles(files));
  const written = { ...start.files, ...filesOfSettings(node.topology.settings?.dns) };
  // bound files come last: what the lab gives wins over what the image writes
  const all = [...textFiles(written), ...files];
  if (all.length > 0) {
    if (node.level === 'net')
      throw new ChaosError('bug', `${node.name} has files but no file system`);
    node.inside(() => {
      writeNodeFiles(all);
    });
  }
  return start;
}

function startedLab(topology: Topology, raised: readonly Raised[]): StartedLab {
  const nodes = new Map(raised.map((r) => [r.node.name, r.node]));
  return {
    topology,
    node(name: string): StartedNode {
      const node = nodes.get(name);
      if (node === undefined) throw new ChaosError('bug', `no node '${name}' in the lab`);
      return node;
    },
    async stop(): Promise<void> {
      for (const { power } of raised.map((r) => r.node)) {
        if (power instanceof NetnsNodePower) power.release();
      }
      await Promise.all([...nodes.values()].map((node) => node.stop()));
    },
  };
}
