import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Where guest-init.sh mounts the disk with images, and the programs that come in from outside. */
const DISK = '/chaos/images';
const PROGRAMS = '/chaos/programs';

const DATA_ROOT = '/var/lib/docker';

export interface GuestDocker {
  /** a data root with images, which is only read */
  readonly images: string;
  readonly dataRoot: string;
  readonly containerlab: string;
}

/** What a Docker of the guest's own starts from; undefined where this is not the embedded kernel with a disk. */
export function guestDocker(): GuestDocker | undefined {
  if (!existsSync(join(DISK, 'overlay2'))) return undefined;
  return { images: DISK, dataRoot: DATA_ROOT, containerlab: join(PROGRAMS, 'containerlab') };
}
