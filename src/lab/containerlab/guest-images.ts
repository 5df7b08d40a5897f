import { cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { libc } from '../../host/libc.ts';

/** Where guest-init.sh mounts the disk with images, and the programs that come in from outside. */
const DISK = '/chaos/images';
const PROGRAMS = '/chaos/programs';

const DATA_ROOT = '/var/lib/docker';
const MS_BIND = 0x1000;

export interface GuestDocker {
  readonly dataRoot: string;
  readonly containerlab: string;
}

/** What a Docker of the guest's own starts from; undefined where this is not the embedded kernel with a disk. */
export function guestDocker(): GuestDocker | undefined {
  if (!existsSync(join(DISK, 'overlay2'))) return undefined;
  return { dataRoot: DATA_ROOT, containerlab: join(PROGRAMS, 'containerlab') };
}

/**
 * A data root in memory whose images are the disk's: its few small files are copied, each layer's files are bound where
 * dockerd looks for them. The disk is only read, so that any number of runs may share it; what containers write is gone
 * with the guest. dockerd binds a data root that is no mount point onto itself, and would hide the layers by that.
 */
export function mountImages({ dataRoot }: GuestDocker): void {
  mountMemory(dataRoot);
  cpSync(join(DISK, 'image'), join(dataRoot, 'image'), { recursive: true });
  const layers = join(dataRoot, 'overlay2');
  mountMemory(layers);
  for (const name of readdirSync(join(DISK, 'overlay2'))) {
    const from = join(DISK, 'overlay2', name);
    const to = join(layers, name);
    // l holds symbolic links only: short names of the layers
    cpSync(from, to, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => path !== join(from, 'diff'),
    });
    if (name === 'l') continue;
    mkdirSync(join(to, 'diff'));
    libc.mount(join(from, 'diff'), join(to, 'diff'), null, MS_BIND, null);
  }
}

function mountMemory(path: string): void {
  mkdirSync(path, { recursive: true });
  libc.mount('docker', path, 'tmpfs', 0, 'mode=711');
}
