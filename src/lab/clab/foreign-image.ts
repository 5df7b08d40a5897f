import type { ForeignImage } from '../topology.ts';
import type { InheritedNode } from './inherit.ts';

const KEYS = ['image-pull-policy', 'entrypoint', 'cmd', 'user'] as const;

/** Of a node whose image runs as it is these keys are containerlab's to read. */
export function readForeignImage(
  node: InheritedNode,
  expand: (text: string) => string,
): ForeignImage {
  const written = KEYS.flatMap((key) => {
    const text = node.text(key)?.text;
    return text === undefined ? [] : [[key, expand(text)] as const];
  });
  return Object.fromEntries(written);
}
