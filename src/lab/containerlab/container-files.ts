import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ChaosError } from '../../errors.ts';
import { foreignImage, images } from '../../service/registry.ts';
import type { ImageStart } from '../../service/service.ts';
import type { LabContext } from '../lab.ts';
import { boundFiles, readBinds, textFiles, writeNodeFiles } from '../node-files.ts';
import { filesOfSettings } from '../serve-node.ts';
import type { Topology, TopologyNode } from '../topology.ts';
import type { ContainerNode } from './container-node.ts';
import { bindCopy } from './lab-document.ts';

/** Beside the logs of its services. */
export function logPath({ name }: ContainerNode, { runDirectory }: LabContext): string {
  return join(runDirectory, 'logs', name, 'container.log');
}

/** What a container writes to what it binds must not reach the run's record of what was bound. */
export function copyBinds(node: TopologyNode, directory: string, runDirectory: string): void {
  node.binds.forEach(({ source }, index) => {
    const copy = bindCopy(directory, node.name, index);
    rmSync(copy, { recursive: true, force: true });
    cpSync(join(runDirectory, source), copy, { recursive: true });
  });
}

/** The same definitions as under every driver: files are written here, what the node runs is given back. */
export function prepareFiles(
  node: ContainerNode,
  topology: Topology,
  context: LabContext,
): ImageStart {
  const { mappedImage, foreign, binds, settings } = node.topology;
  const image = foreign === undefined ? images[mappedImage] : foreignImage;
  if (image === undefined) throw new ChaosError('bug', `image '${mappedImage}' is not registered`);
  const links = topology.links.filter(({ a, b }) => a.node === node.name || b.node === node.name);
  const files = boundFiles(readBinds(node.topology, context.runDirectory));
  const start = image.start(node.topology, links, files);
  const isBound = (path: string): boolean =>
    binds.some(({ target }) => path === target || path.startsWith(`${target}/`));
  const written = { ...start.files, ...filesOfSettings(settings?.dns) };
  const own = textFiles(written).filter(({ path }) => !isBound(path));
  node.inside(() => {
    writeNodeFiles(own);
  });
  return start;
}
