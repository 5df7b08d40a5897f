import { endpointName, type Topology } from '../../lab/topology.ts';
import { table } from '../table.ts';

export const GRAPH_FORMATS = ['text', 'mermaid', 'dot', 'json'] as const;
export type GraphFormat = (typeof GRAPH_FORMATS)[number];

/** A topology as text for people, for a page that renders Mermaid, for Graphviz, or for programs. */
export function graphText(topology: Topology, format: GraphFormat): string {
  switch (format) {
    case 'text':
      return textGraph(topology);
    case 'mermaid':
      return mermaidGraph(topology);
    case 'dot':
      return dotGraph(topology);
    case 'json':
      return `${JSON.stringify(topology, null, 2)}\n`;
    default:
      return format satisfies never;
  }
}

function textGraph(topology: Topology): string {
  const nodes = topology.nodes.map((node) => {
    const labels = Object.entries(node.labels).map(([key, value]) => `${key}=${value}`);
    return [`  ${node.name}`, node.mappedImage || node.kind, labels.join(' ')];
  });
  const links = topology.links.map((link) => [
    `  ${link.id}`,
    `${endpointName(link.a)} -- ${endpointName(link.b)}`,
    `${megabits(link.rateBitPerSec)} Mbit/s`,
    `MTU ${link.mtu.toString()}`,
  ]);
  return [topology.name, 'nodes', ...table(nodes), 'links', ...table(links), ''].join('\n');
}

const megabits = (bitPerSec: number): string => (bitPerSec / 1e6).toString();

const quoted = (text: string): string => `"${text.replaceAll('"', "'")}"`;

function mermaidGraph(topology: Topology): string {
  const ids = new Map(topology.nodes.map((node, i) => [node.name, `n${i.toString()}`]));
  const nodes = topology.nodes.map(
    (node) => `  ${ids.get(node.name) ?? ''}[${quoted(`${node.name}<br>${node.mappedImage}`)}]`,
  );
  const links = topology.links.map(
    (link) =>
      `  ${ids.get(link.a.node) ?? ''} ---|${quoted(link.id)}| ${ids.get(link.b.node) ?? ''}`,
  );
  return ['graph LR', ...nodes, ...links, ''].join('\n');
}

function dotGraph(topology: Topology): string {
  const nodes = topology.nodes.map(
    (node) => `  ${quoted(node.name)} [label=${quoted(`${node.name}\\n${node.mappedImage}`)}];`,
  );
  const links = topology.links.map(
    (link) =>
      `  ${quoted(link.a.node)} -- ${quoted(link.b.node)} [label=${quoted(link.id)}, ` +
      `taillabel=${quoted(link.a.interface)}, headlabel=${quoted(link.b.interface)}];`,
  );
  const head = `graph ${quoted(topology.name)} {`;
  return [head, '  node [shape=box];', ...nodes, ...links, '}', ''].join('\n');
}
