import { dirname, resolve } from 'node:path';
import { isMap } from '../../scenario/is-map.ts';
import { endpointName } from '../topology.ts';
import type { NotHonoured, Topology, TopologyLink, TopologyNode } from '../topology.ts';
import type { LabDocument } from './document.ts';
import { InheritedNode } from './inherit.ts';
import { LabFile } from './lab-file.ts';
import { readLinks } from './links.ts';
import type { ReadLinks } from './links.ts';
import { readNode } from './node.ts';
import type { ReadNode } from './node.ts';
import { looseEndCommands } from './one-ended-link.ts';
import { switchOf } from './lan-switch.ts';
import { checkLab, checkLinkForm } from './strict.ts';
import type { Environment } from './substitute.ts';
import type { TemplateValue } from './template.ts';

export interface ReadTopologyOptions {
  /** what `${VAR}` in the file stands for; HOME is what `~` stands for */
  readonly environment: Environment;
  /** what the lab's variables files say, where the lab is a Go template */
  readonly variables?: TemplateValue;
  /** the text of a file (env-files), undefined where there is none */
  readonly readFile?: (path: string) => string | undefined;
  /** whether a bound file or directory is there; left out: not checked */
  readonly exists?: (path: string) => boolean;
  /** whether an image that none of ours stands for is taken as it is (containers) or refused; default: refused */
  readonly foreignImages?: boolean;
  /** absolute; relative paths of the file start here. Default: where the file is */
  readonly directory?: string;
  /** containerlab has deployed it: kinds and images of any vendor are good, and all of it is honoured */
  readonly isRunning?: boolean;
}

/**
 * Read a containerlab topology file: substitution, inheritance, nodes, links, as containerlab 0.79 does it.
 * @param file as the user named it: errors and `Topology.file` carry it
 * @throws ChaosError 'invalid' with every problem at its position
 */
export function readTopology(text: string, file: string, options: ReadTopologyOptions): Topology {
  const lab = openLab(text, file, options);
  const name = readName(lab);
  checkNodes(lab);
  const context = {
    lab: name,
    directory: options.directory ?? resolve(dirname(file)),
    home: options.environment['HOME'],
    exists: options.exists,
    readFile: options.readFile,
    isRunning: options.isRunning === true,
    foreignImages: options.foreignImages === true,
  };
  const names = lab.keysAt(['topology', 'nodes']);
  const nodes = names.flatMap((node) => readNode(lab, node, context) ?? []);
  const withoutManagement = names.filter(
    (node) => new InheritedNode(lab, node).text('network-mode')?.text === 'none',
  );
  const read = readLinks(lab, { names, withoutManagement: new Set(withoutManagement) });
  const isRunning = options.isRunning === true;
  const lans = isRunning ? [] : read.lans;
  const switches = lans.map((lan) => switchOf(lab, lan, names));
  const links = nameLinks(lab, [...read.links, ...switches.flatMap((each) => each.links)]);
  if (!isRunning) {
    checkImages(lab, nodes, links);
    checkWaits(lab, nodes);
  }
  lab.throwIfWrong();
  const notHonoured = [
    ...lab.remarks.map(({ message, hint, position }) => ({
      key: 'substitution',
      message: hint === undefined ? message : `${message}; ${hint}`,
      position,
    })),
    ...whatTheLabLoses(lab),
    ...nodes.flatMap((n) => n.notHonoured),
    ...read.notHonoured,
  ];
  const raised = [
    ...nodes.map(({ node }) => withLooseEnds(node, read.looseEnds)),
    ...switches.map(({ node }) => node),
  ];
  return { name, file, nodes: raised, links, notHonoured: isRunning ? [] : notHonoured };
}

/**
 * The lab file as containerlab understands it, before anything is resolved: what `writeDocument` writes.
 * @throws ChaosError 'invalid' with every problem of its form
 */
export function readDocument(
  text: string,
  file: string,
  options: Pick<ReadTopologyOptions, 'environment' | 'variables'>,
): LabDocument {
  const lab = openLab(text, file, options);
  const links = lab.valueAt(['topology', 'links']);
  if (Array.isArray(links)) links.forEach((_, i) => checkLinkForm(lab, ['topology', 'links', i]));
  lab.throwIfWrong();
  return lab.document();
}

function openLab(
  text: string,
  file: string,
  options: Pick<ReadTopologyOptions, 'environment' | 'variables'>,
): LabFile {
  const lab = LabFile.read(text, file, options);
  if (!isMap(lab.valueAt([]))) {
    lab.complain([], { message: 'a lab file is a map', expected: 'name: … and topology: …' });
    lab.throwIfWrong();
  }
  checkLab(lab);
  if (!isMap(lab.valueAt(['topology']))) {
    lab.complain(['topology'], {
      message: "a lab has a 'topology', a map",
      expected: 'topology: {nodes: …, links: …}',
    });
    lab.throwIfWrong();
  }
  return lab;
}

/** Interfaces that no wire leads away from are made by the node itself, before its own commands. */
function withLooseEnds(node: TopologyNode, ends: ReadLinks['looseEnds']): TopologyNode {
  const commands = ends.filter(({ end }) => end.node === node.name).flatMap(looseEndCommands);
  return commands.length === 0 ? node : { ...node, exec: [...commands, ...node.exec] };
}

function readName(lab: LabFile): string {
  const name = lab.textAt(['name']);
  const expected = 'name: letters, digits and . _ -';
  if (name === undefined || name === '')
    lab.complain([], { message: 'the lab has no name', expected });
  else if (/__git(?:Branch|Hash)__/.test(name)) {
    lab.complain(['name'], {
      message: "__gitBranch__ and __gitHash__ are not supported: a lab's name must not change",
    });
  } else if (!/^[a-zA-Z0-9][a-zA-Z0-9._-]*$/.test(name)) {
    lab.complain(['name'], { message: `'${name}' can't be the name of a lab`, expected });
  }
  return name ?? '';
}

function checkNodes(lab: LabFile): void {
  const nodes = lab.valueAt(['topology', 'nodes']) ?? {};
  if (isMap(nodes) && Object.keys(nodes).length === 0) {
    lab.complain(
      ['topology'],
      { message: 'the lab has no nodes', expected: 'nodes: {a: {kind: linux, image: linux}}' },
      'key',
    );
  }
}

/** `vars.chaos.name`, else `a~b` where one link joins the two nodes, else `a:eth1~b:eth1`. */
function nameLinks(lab: LabFile, links: ReadLinks['links']): readonly TopologyLink[] {
  const pairs = new Map<string, number>();
  for (const link of links) pairs.set(pairOf(link), (pairs.get(pairOf(link)) ?? 0) + 1);
  const lines = new Map<string, number>();
  return links.map(({ name, path, ...link }) => {
    const given = lines.get(name ?? '');
    if (name !== undefined && given !== undefined) {
      const message = `two links are named '${name}'; the first in line ${String(given)}`;
      lab.complain([...path, 'vars', 'chaos', 'name'], { message });
    }
    if (name !== undefined && given === undefined) lines.set(name, link.position.line);
    const isOnly = pairs.get(pairOf(link)) === 1;
    const ends = isOnly ? [link.a.node, link.b.node] : [endpointName(link.a), endpointName(link.b)];
    return { id: name ?? ends.join('~'), ...link };
  });
}

function pairOf(link: Pick<TopologyLink, 'a' | 'b'>): string {
  return [link.a.node, link.b.node].sort().join('~');
}

/** What the image of a node says about the node's environment. */
function checkImages(
  lab: LabFile,
  nodes: readonly ReadNode[],
  links: readonly TopologyLink[],
): void {
  for (const { node, image } of nodes) {
    const own = links.filter((link) => link.a.node === node.name || link.b.node === node.name);
    for (const { variable, ...complaint } of image.refuse?.(node, own) ?? []) {
      const written = new InheritedNode(lab, node.name).map('env').get(variable);
      const path = written?.path ?? ['topology', 'nodes', node.name];
      lab.complain(path, complaint, written === undefined ? 'key' : 'value');
    }
  }
}

/** Nodes that wait for each other would wait for ever. */
function checkWaits(lab: LabFile, nodes: readonly ReadNode[]): void {
  const waits = new Map(nodes.map(({ node }) => [node.name, node.settings?.waitFor ?? []]));
  for (const [name] of waits) {
    const reached = new Set<string>();
    const open = [name];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      const next = (waits.get(at) ?? []).map(({ node }) => node).filter((one) => !reached.has(one));
      for (const one of next) reached.add(one);
      open.push(...next);
    }
    if (!reached.has(name)) continue;
    const message = `'${name}' waits for a node that waits for it`;
    lab.complain(['topology', 'nodes', name], { message }, 'key');
    return;
  }
  const commands = new Set(nodes.flatMap(({ node }) => (node.settings?.command ? node.name : [])));
  for (const [name, list] of waits) {
    for (const { node, until } of list) {
      if (until !== 'exited' || commands.has(node)) continue;
      const message = `'${name}' waits for the end of '${node}', which has no cmd that ends`;
      lab.complain(['topology', 'nodes', name], { message }, 'key');
    }
  }
}

function whatTheLabLoses(lab: LabFile): readonly NotHonoured[] {
  const lost = {
    mgmt: 'there is no management network: it would be a path around every fault',
    settings: 'no certificates are issued',
  };
  return Object.entries(lost)
    .filter(([key]) => lab.keysAt([]).includes(key))
    .map(([key, message]) => ({ key, message, position: lab.positionOf([key], 'key') }));
}
