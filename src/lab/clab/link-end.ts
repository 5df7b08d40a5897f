import { isMap } from '../../scenario/is-map.ts';
import { nearName } from '../../scenario/near-name.ts';
import type { YamlPath } from '../../scenario/yaml.ts';
import type { TopologyEndpoint } from '../topology.ts';
import type { Complaint, LabFile } from './lab-file.ts';
import { macOf } from './mac.ts';
import { endpointFields } from './shape.ts';
import { checkStrictly } from './strict.ts';

export interface LinkNodes {
  /** every node of the file, also those that are wrong in themselves */
  readonly names: readonly string[];
  /** nodes that may have a link end called eth0 */
  readonly withoutManagement: ReadonlySet<string>;
}

/** Reads the ends of links and sees to it that each interface is used once. */
export class EndReader {
  readonly #file: LabFile;
  readonly #nodes: LinkNodes;
  /** `node:interface` -> line where it was used first */
  readonly #used = new Map<string, number>();

  constructor(file: LabFile, nodes: LinkNodes) {
    this.#file = file;
    this.#nodes = nodes;
  }

  brief(path: YamlPath): TopologyEndpoint | undefined {
    const text = this.#file.textAt(path) ?? '';
    const colon = text.indexOf(':');
    if (colon <= 0 || colon === text.length - 1) {
      this.#file.complain(path, {
        message: `'${text}' is not an endpoint`,
        expected: "'node:interface'",
      });
      return undefined;
    }
    const end = { node: text.slice(0, colon), interface: text.slice(colon + 1) };
    return this.#end(path, path, end.node, end.interface, undefined);
  }

  extended(path: YamlPath): TopologyEndpoint | undefined {
    if (!isMap(this.#file.valueAt(path))) {
      this.#file.complain(path, {
        message: 'an endpoint of a typed link is a map',
        expected: '{node: a, interface: eth1}',
      });
      return undefined;
    }
    checkStrictly(this.#file, path, { fields: endpointFields }, 'an endpoint');
    const node = this.#file.textAt([...path, 'node']) ?? '';
    const name = this.#file.textAt([...path, 'interface']) ?? '';
    for (const [key, text] of [
      ['node', node],
      ['interface', name],
    ] as const) {
      if (text === '') this.#file.complain(path, { message: `the endpoint has no ${key}` });
    }
    if (node === '' || name === '') return undefined;
    return this.#end(
      [...path, 'node'],
      [...path, 'interface'],
      node,
      name,
      this.#mac([...path, 'mac']),
    );
  }

  #end(
    nodePath: YamlPath,
    interfacePath: YamlPath,
    node: string,
    name: string,
    mac: string | undefined,
  ): TopologyEndpoint | undefined {
    if (!this.#nodes.names.includes(node)) {
      const near = nearName(node, this.#nodes.names);
      const message = `a link ends at '${node}', and there is no such node`;
      this.#file.complain(nodePath, { message, ...(near !== undefined && { near }) });
      return undefined;
    }
    const wrong = this.#wrongInterface(node, name);
    if (wrong !== undefined) {
      this.#file.complain(interfacePath, wrong);
      return undefined;
    }
    const id = `${node}:${name}`;
    const first = this.#used.get(id);
    if (first !== undefined) {
      this.#file.complain(interfacePath, {
        message: `'${id}' is an end of two links; first in line ${String(first)}`,
      });
      return undefined;
    }
    this.#used.set(id, this.#file.positionOf(interfacePath).line);
    return { node, interface: name, mac: mac ?? macOf(node, name) };
  }

  #wrongInterface(node: string, name: string): Complaint | undefined {
    if (name.length > 15) {
      return {
        message: `the interface name '${name}' has ${String(name.length)} characters`,
        expected: 'at most 15 (IFNAMSIZ)',
      };
    }
    if (/[\s/:]/.test(name) || name === '.' || name === '..') {
      return {
        message: `'${name}' can't be the name of an interface`,
        expected: "no blank, '/' or ':'",
      };
    }
    if (['lo', 'br0', 'all', 'default'].includes(name)) {
      return { message: `'${name}' is taken: the node has an interface or a setting of that name` };
    }
    if (name === 'eth0' && !this.#nodes.withoutManagement.has(node)) {
      const hint = `rename it, or give '${node}' network-mode: none`;
      return { message: "'eth0' is the management interface in containerlab", hint };
    }
    return undefined;
  }

  #mac(path: YamlPath): string | undefined {
    const text = this.#file.textAt(path)?.toLowerCase();
    if (text === undefined || text === '') return undefined;
    const isUnicast = /^[0-9a-f][02468ace](?::[0-9a-f]{2}){5}$/.test(text);
    if (isUnicast && text !== '00:00:00:00:00:00') return text;
    this.#file.complain(path, {
      message: `'${text}' is not a unicast MAC address`,
      expected: 'such as aa:c1:ab:00:00:01',
    });
    return undefined;
  }
}
