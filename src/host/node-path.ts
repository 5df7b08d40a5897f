import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { pathInRoot } from './path-in-root.ts';

/**
 * Where we see a path of a node; only if what is there is the node's own. Otherwise a change would reach other nodes,
 * and on the host's kernel the host.
 * @throws when it is not
 */
export function nodePath(
  node: { readonly name: string; readonly initPid: number | null },
  path: string,
): string {
  if (node.initPid === null) throw new Error(`${node.name} has no files of its own`);
  const seen = pathInRoot(`/proc/${node.initPid}/root`, path);
  const same = statSync(existingDirectory(path)).dev;
  if (statSync(existingDirectory(seen)).dev === same) {
    throw new Error(`${node.name}: ${path} is not the node's own, but the machine's`);
  }
  return seen;
}

function existingDirectory(path: string): string {
  for (let at = path; ; at = dirname(at)) {
    if (statSync(at, { throwIfNoEntry: false })?.isDirectory() === true) return at;
  }
}
