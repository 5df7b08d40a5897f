import type { YamlEntry, YamlMapping, YamlNode, YamlUse } from '../../scenario/yaml-node.ts';
import { YamlRefusal } from '../../scenario/yaml-tree.ts';
import { elementOf, fieldsOf, linkTypes } from './shape.ts';
import type { Fields, Shape } from './shape.ts';

/**
 * Resolve `<<` as yaml.v2 does in strict mode, which is not what YAML 1.1 says: a merge is decoded into what is there
 * already, in the order of the file. So the keys of a node definition replace those that came in through `<<`, its maps
 * (`env`, `labels`) are merged key by key, its lists are replaced; and a key of a *map* that was merged in can't be given
 * again ("already set in map").
 * @throws YamlRefusal for such a key
 */
export function mergeAsGo(root: YamlUse, shape: Shape): YamlUse {
  return { ...root, node: decode(undefined, root.node, shape) };
}

/** Links of all types at once: only what lies below their keys matters here. */
const anyLink: Fields = Object.assign({}, ...Object.values(linkTypes)) as Fields;

function decode(into: YamlNode | undefined, node: YamlNode, shape: Shape): YamlNode {
  switch (node.type) {
    case 'scalar':
      return node;
    case 'sequence': {
      const element = elementOf(shape);
      const items = node.items.map((item) => decodeUse(undefined, item, element));
      return { ...node, items };
    }
    case 'mapping':
      return decodeMapping(into, node, shape);
    default:
      return node satisfies never;
  }
}

function decodeUse(into: YamlNode | undefined, use: YamlUse, shape: Shape): YamlUse {
  return { ...use, node: decode(into, use.node, shape) };
}

function decodeMapping(into: YamlNode | undefined, node: YamlMapping, shape: Shape): YamlMapping {
  const fields = shape === 'link' ? anyLink : fieldsOf(shape);
  const element = elementOf(shape);
  let entries = new Map(into?.type === 'mapping' ? into.entries : []);
  const merge = (after: number): void => {
    for (const { use } of (node.merges ?? []).filter((m) => m.after === after)) {
      // of a list the first wins, so the last is decoded first
      const sources = use.node.type === 'sequence' ? use.node.items.toReversed() : [use];
      for (const source of sources) {
        const before: YamlMapping = { type: 'mapping', entries, inFlow: node.inFlow };
        const merged = decode(before, source.node, shape);
        if (merged.type === 'mapping') entries = asMerged(merged.entries, before.entries);
      }
    }
  };
  let index = 0;
  merge(index);
  for (const [name, entry] of node.entries) {
    const before = entries.get(name);
    if (fields !== undefined) {
      const field = Object.hasOwn(fields, name) ? (fields[name] ?? 'any') : 'any';
      entries.set(name, { ...entry, ...decodeUse(before?.node, entry, field) });
    } else if (before !== undefined) {
      throw new YamlRefusal(
        entry.keyOffset,
        `'${name}' came in through '<<' and can't be given again in this map`,
        'containerlab refuses it: already set in map',
      );
    } else entries.set(name, { ...entry, ...decodeUse(undefined, entry, element) });
    index += 1;
    merge(index);
  }
  return { type: 'mapping', entries, inFlow: node.inFlow };
}

function asMerged(
  entries: ReadonlyMap<string, YamlEntry>,
  before: ReadonlyMap<string, YamlEntry>,
): Map<string, YamlEntry> {
  return new Map(
    [...entries].map(([name, entry]) => [
      name,
      before.get(name) === entry ? entry : { ...entry, merged: true },
    ]),
  );
}
