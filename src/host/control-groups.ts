import { existsSync, readdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const ROOT = '/sys/fs/cgroup';
const TRIES = 100;
const BETWEEN_TRIES_MS = 20;

/** Groups directly below the root of every hierarchy: of version 1 there is one for each controller. */
export function controlGroups(wanted: (name: string) => boolean): readonly string[] {
  const roots = [ROOT, ...directories(ROOT)];
  return roots.flatMap((at) => directories(at).filter((path) => wanted(path.slice(at.length + 1))));
}

/**
 * Remove a control group and those below it, in every hierarchy. Only groups without processes can be removed; those
 * whose processes have just been killed are given a moment.
 * @throws when it does not bear our name; EBUSY: somebody is in it
 */
export async function removeControlGroup(name: string): Promise<void> {
  if (!/^chaos-[\w-]+$/.test(name)) throw new Error(`control group ${name}: not ours`);
  const paths = controlGroups((each) => each === name);
  for (const path of paths) {
    for (let tries = 1; existsSync(path); tries++) {
      try {
        removeTree(path);
      } catch (error) {
        if (tries === TRIES) throw error;
        await sleep(BETWEEN_TRIES_MS);
      }
    }
  }
}

function removeTree(path: string): void {
  for (const each of directories(path)) removeTree(each);
  rmdirSync(path);
}

function directories(path: string): string[] {
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(path, entry.name));
}
