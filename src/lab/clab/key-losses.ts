import type { NotHonoured } from '../topology.ts';
import type { InheritedNode } from './inherit.ts';
import type { LabFile } from './lab-file.ts';
import { nodeKeys, TABLE_DRIVERS } from './node-keys.ts';

/** The keys of a node that a driver, or none, honours: said once where it is the same for all. */
export function keyLosses(file: LabFile, node: InheritedNode): readonly NotHonoured[] {
  return node.keys().flatMap((key) => {
    const known = nodeKeys[key];
    const definition = node.definitionOf(key);
    if (known === undefined || definition === undefined) return [];
    const losses = TABLE_DRIVERS.flatMap((driver) => {
      const use = known[driver];
      if (!('lost' in use)) return [];
      const isAsItIs = use.unless !== undefined && use.unless === definition.text(key)?.text;
      return isAsItIs ? [] : [{ driver, message: use.lost }];
    });
    const position = file.positionOf([...definition.path, key], 'key');
    const [first] = losses;
    if (first !== undefined && losses.length === TABLE_DRIVERS.length) {
      return [{ node: node.name, key, message: first.message, position }];
    }
    return losses.map((loss) => ({ node: node.name, key, ...loss, position }));
  });
}
