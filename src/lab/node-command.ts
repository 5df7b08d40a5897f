import { lstatSync } from 'node:fs';
import type { ImageStart } from '../service/service.ts';
import type { LabContext, StartedNode } from './lab.ts';

/** The service that a node's `cmd` is. */
export const COMMAND_SERVICE = 'cmd';

/** Where programs are looked for (commands.ts). */
const PATH = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];
const SHELLS = new Set(['sh', 'bash', 'ash', 'zsh']);

/**
 * A node whose lab file says `cmd` or `entrypoint` runs that, and not what the image starts. A program of the image that
 * ours stands in for may not be here: then it is what starts the daemons there, and ours are started as ever.
 */
export function withCommand(
  node: Pick<StartedNode, 'name' | 'topology' | 'initPid'>,
  start: ImageStart,
  context: Pick<LabContext, 'onEvent'>,
): ImageStart {
  const { command, user } = node.topology.settings ?? {};
  const [program] = command ?? [];
  if (command === undefined || program === undefined) return start;
  const nothing = { ...start, services: [], configure: [] };
  // it waits for somebody who types, which keeps a container alive and does nothing else
  if (command.length === 1 && SHELLS.has(program.replace(/^.*\//, ''))) return nothing;
  if (!isThere(node.initPid, program)) {
    const message = `${program} is not here: what the image that stands in starts is started instead`;
    context.onEvent({ type: 'notice', node: node.name, key: 'cmd', message });
    return start;
  }
  const service = { name: COMMAND_SERVICE, argv: command, readyPath: null };
  return { ...nothing, services: [{ ...service, ...(user !== undefined && { user }) }] };
}

function isThere(initPid: number | null, program: string): boolean {
  const paths = program.includes('/')
    ? [program]
    : PATH.map((directory) => `${directory}/${program}`);
  // not followed: what a link leads to is to be looked for in the node
  return paths.some((path) => {
    const seen = `/proc/${String(initPid)}/root${path}`;
    return lstatSync(seen, { throwIfNoEntry: false }) !== undefined;
  });
}
