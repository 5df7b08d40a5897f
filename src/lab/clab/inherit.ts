import { Definition } from './definition.ts';
import type { Written } from './definition.ts';
import type { LabFile } from './lab-file.ts';

/**
 * A node with what it inherits. `levels` are its definitions, most specific first: node, group, kind, defaults
 * (containerlab 0.79, types/topology.go).
 */
export class InheritedNode {
  readonly name: string;
  readonly kind: Written | undefined;
  readonly levels: readonly Definition[];

  constructor(file: LabFile, name: string) {
    this.name = name;
    const at = (...path: string[]): Definition => new Definition(file, ['topology', ...path]);
    const node = at('nodes', name);
    const defaults = at('defaults');
    const kindOfGroup = (group: Written | undefined): Written | undefined =>
      group && at('groups', group.text).text('kind');
    this.kind =
      node.text('kind') ??
      kindOfGroup(node.text('group')) ??
      kindOfGroup(defaults.text('group')) ??
      defaults.text('kind');
    const kind = this.kind && at('kinds', this.kind.text.toLowerCase());
    // a group that is not defined is a mere label
    const group = node.text('group') ?? kind?.text('group') ?? defaults.text('group');
    const levels = [node, group && at('groups', group.text), kind, defaults];
    this.levels = levels.filter((level) => level !== undefined);
  }

  /** Scalars: the most specific wins. */
  text(key: string): Written | undefined {
    for (const level of this.levels) {
      const found = level.text(key);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Lists: put together, the general ones first. */
  list(key: string): readonly Written[] {
    return this.levels.toReversed().flatMap((level) => level.list(key));
  }

  /** Maps: key by key, the most specific wins; in the order defaults, kind, group, node. */
  map(key: string): ReadonlyMap<string, Written> {
    const merged = new Map<string, Written>();
    for (const level of this.levels.toReversed()) {
      for (const [name, value] of level.map(key)) merged.set(name, value);
    }
    return merged;
  }

  /** The most specific level that has the key, whatever its shape. */
  definitionOf(key: string): Definition | undefined {
    return this.levels.find((level) => level.keys().includes(key));
  }

  keys(): readonly string[] {
    return [...new Set(this.levels.flatMap((level) => level.keys()))];
  }
}
