import { join } from 'node:path';
import { images, sysctlBaseline } from '../../service/registry.ts';
import type { DocumentValue, LabDocument } from '../clab/document.ts';
import type { Topology, TopologyEndpoint, TopologyLink, TopologyNode } from '../topology.ts';
import { RUN_LABEL } from './docker-place.ts';

/** In memory, as on every machine and under every driver: empty when a node boots, and each a file system of its own. */
const IN_MEMORY = { '/run': 'exec,mode=755', '/tmp': 'exec,mode=1777' };

/** What each image of ours does until it is told what to start; it reaps what is orphaned (see netns-node.ts). */
const INIT = 'env --ignore-signal=CHLD sleep infinity';

export interface DeployOptions {
  /** the lab's name for containerlab: nobody else's on this Docker */
  readonly name: string;
  /** the run's id, which its containers bear in a Docker that is not the run's own */
  readonly run: string | null;
  /** of a node's bind, by its index: a copy that belongs to the run */
  bindSource(node: string, index: number): string;
}

/** The image that stands for an image of ours (`chaos lab images build` makes it), or one as it is. */
export function dockerImage(node: TopologyNode): string {
  if (node.foreign !== undefined) return node.image;
  return `chaos/${node.mappedImage}:latest`;
}

/** The far end of a node's interface in containerlab's namespace; at most 15 characters (IFNAMSIZ). */
export function hostDevice(link: number, side: 'a' | 'b'): string {
  return `chaos${String(link)}${side}`;
}

/**
 * What stock containerlab is to deploy: every link as two `host` links, whose far ends the wire room takes. There is no
 * management network, because it would be a path around every fault; what restarts by itself would come back without
 * its links; and `exec` lines wait for the daemons, which are started as under every driver.
 */
export function deployDocument(topology: Topology, options: DeployOptions): LabDocument {
  const nodes = topology.nodes.map((node) => [node.name, nodeDocument(node, options)] as const);
  return {
    name: options.name,
    // it would make its network and the network's bridge all the same
    mgmt: { 'skip-when-unused': true },
    topology: {
      nodes: Object.fromEntries(nodes),
      links: topology.links.flatMap((link, index) => [
        hostLink(link, link.a, hostDevice(index, 'a')),
        hostLink(link, link.b, hostDevice(index, 'b')),
      ]),
    },
  };
}

function nodeDocument(node: TopologyNode, options: DeployOptions): DocumentValue {
  const binds = node.binds.map(({ target, readOnly }, index) => {
    return `${options.bindSource(node.name, index)}:${target}${readOnly ? ':ro' : ''}`;
  });
  const labels = { ...node.labels, ...(options.run !== null && { [RUN_LABEL]: options.run }) };
  const { hostname, tmpfs, shmBytes, container } = node.settings ?? {};
  return {
    kind: 'linux',
    image: dockerImage(node),
    // nothing is pulled unless the lab file says so
    'image-pull-policy': 'Never',
    'network-mode': 'none',
    'restart-policy': 'no',
    ...(node.foreign ?? { cmd: INIT }),
    sysctls: earlySysctls(node),
    // what an image of others has in there is its own
    tmpfs: { ...(node.foreign === undefined && IN_MEMORY), ...tmpfs },
    ...container,
    ...(hostname !== undefined && { hostname }),
    ...(shmBytes !== undefined && { 'shm-size': String(shmBytes) }),
    ...(binds.length > 0 && { binds }),
    ...(Object.keys(node.env).length > 0 && { env: node.env }),
    ...(Object.keys(labels).length > 0 && { labels }),
  };
}

/** What a node is set to, in order: the baseline of every node, its image's, its own. */
export function sysctlsOf(node: TopologyNode): Readonly<Record<string, string>> {
  return { ...sysctlBaseline, ...images[node.mappedImage]?.sysctls, ...node.sysctls };
}

/** Interfaces inherit some of them, so they are set before there are any. Docker knows them by their dots only. */
function earlySysctls(node: TopologyNode): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(sysctlsOf(node)).filter(([key]) => !key.includes('/')));
}

function hostLink(link: TopologyLink, end: TopologyEndpoint, device: string): DocumentValue {
  return {
    type: 'host',
    endpoint: { node: end.node, interface: end.interface, mac: end.mac },
    'host-interface': device,
    mtu: link.mtu,
  };
}

/** Where a run's own copy of a bound file is. */
export function bindCopy(directory: string, node: string, index: number): string {
  return join(directory, 'binds', node, String(index));
}
