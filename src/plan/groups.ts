import type { Topology } from '../lab/topology.ts';
import { nearName } from '../scenario/near-name.ts';
import type { Problems } from '../scenario/problems.ts';
import type { YamlPath } from '../scenario/yaml.ts';

/** Groups of nodes: those that the scenario declares, and the selectors that it uses. */
export class Groups {
  readonly #topology: Topology;
  readonly #declared = new Map<string, readonly string[]>();
  readonly #used = new Map<string, readonly string[]>();

  constructor(
    topology: Topology,
    declared: Readonly<Record<string, readonly string[]>>,
    problems: Problems,
  ) {
    this.#topology = topology;
    for (const [name, members] of Object.entries(declared)) {
      const path = ['groups', name];
      if (topology.nodes.some((node) => node.name === name)) {
        problems.addKey(path, `a node of the lab is called '${name}' too`);
      }
      const isList = Array.isArray(
        (problems.document.value as { groups?: Record<string, unknown> }).groups?.[name],
      );
      const nodes = members.flatMap(
        (text, index) => this.find(text, problems, isList ? [...path, index] : path) ?? [],
      );
      this.#declared.set(name, this.#inLabOrder(nodes));
    }
  }

  /** The nodes that a node's name, a group's name or a selector means; undefined (and a problem) where nothing fits. */
  find(text: string, problems: Problems, path: YamlPath): readonly string[] | undefined {
    const declared = this.#declared.get(text);
    if (declared !== undefined) return declared;
    if (this.#topology.nodes.some((node) => node.name === text)) return [text];
    if (text.includes('=')) return this.#select(text, problems, path);
    const known = [...this.#declared.keys(), ...this.#topology.nodes.map((node) => node.name)];
    problems.add(path, `there is no node or group '${text}' in the lab`, {
      near: nearName(text, known),
      expected: known.length <= 16 ? `one of ${known.join(', ')}` : undefined,
    });
    return undefined;
  }

  /** For the plan: group or selector -> nodes. */
  all(): Readonly<Record<string, readonly string[]>> {
    return Object.fromEntries([...this.#declared, ...this.#used]);
  }

  /** `site=b`, `role=leaf|role=spine`, over node labels */
  #select(text: string, problems: Problems, path: YamlPath): readonly string[] | undefined {
    const found: string[] = [];
    for (const term of text.split('|')) {
      const [, key = '', value = ''] = /^\s*([^=\s]+)\s*=\s*(.*?)\s*$/su.exec(term) ?? [];
      if (key === '' || value === '') {
        problems.add(path, `'${text}' is no selector`, {
          expected: 'site=b, or role=leaf|role=spine',
        });
        return undefined;
      }
      const nodes = this.#topology.nodes.filter((node) => node.labels[key] === value);
      if (nodes.length === 0) {
        this.#nothingSelected(key, value, problems, path);
        return undefined;
      }
      found.push(...nodes.map((node) => node.name));
    }
    const nodes = this.#inLabOrder(found);
    this.#used.set(text, nodes);
    return nodes;
  }

  #nothingSelected(key: string, value: string, problems: Problems, path: YamlPath): void {
    const labels = this.#topology.nodes.flatMap((node) => Object.keys(node.labels));
    const values = this.#topology.nodes.flatMap((node) => node.labels[key] ?? []);
    const message = `no node of the lab has the label ${key}=${value}`;
    if (values.length === 0) {
      problems.add(path, message, { near: nearName(key, labels) });
    } else {
      const expected = [...new Set(values)].map((one) => `${key}=${one}`).join(', ');
      problems.add(path, message, { expected });
    }
  }

  #inLabOrder(nodes: readonly string[]): readonly string[] {
    const wanted = new Set(nodes);
    return this.#topology.nodes.map((node) => node.name).filter((name) => wanted.has(name));
  }
}
