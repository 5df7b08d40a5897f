import { readFileSync, writeFileSync } from 'node:fs';
import { messageOf } from '../errors.ts';
import type { LabContext } from './lab.ts';

/** In the node's network namespace; what the kernel refuses is in the log. */
export function setSysctl(key: string, value: string, node: string, context: LabContext): void {
  try {
    writeFileSync(pathOf(key), value);
  } catch (error) {
    const why = messageOf(error);
    context.onEvent({ type: 'notice', node, key: 'sysctls', message: `${key} = ${value}: ${why}` });
  }
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
