import { readFileSync, writeFileSync } from 'node:fs';
import { messageOf } from '../errors.ts';
import type { LabContext } from './lab.ts';

/** In the node's network namespace; what is not of that, and what the kernel refuses, is in the log. */
export function setSysctl(key: string, value: string, node: string, context: LabContext): void {
  const refused = (why: string): void => {
    context.onEvent({ type: 'notice', node, key: 'sysctls', message: `${key} = ${value}: ${why}` });
  };
  if (!isOfNetwork(key)) {
    refused("only those of the network (net.) are a node's own; it would be set for the machine");
    return;
  }
  try {
    writeFileSync(pathOf(key), value);
  } catch (error) {
    refused(messageOf(error));
  }
}

/** A network namespace has its own; every other one is the machine's, and a path that climbs is no sysctl at all. */
export function isOfNetwork(key: string): boolean {
  const [, , , first, ...rest] = pathOf(key).split('/');
  return first === 'net' && rest.every((part) => !['', '.', '..'].includes(part));
}

/** Several numbers of one value are written with spaces and read with tabs. */
export function hasSysctl(key: string, value: string): boolean {
  try {
    return readFileSync(pathOf(key), 'utf8').trim().replaceAll(/\s+/g, ' ') === value;
  } catch {
    return false;
  }
}

/** Interface names may hold dots ('eth1.10'), which sysctl(8) writes with a slash, so paths are taken as well. */
function pathOf(key: string): string {
  return `/proc/sys/${key.includes('/') ? key : key.replaceAll('.', '/')}`;
}
