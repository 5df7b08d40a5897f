import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ChaosError } from '../../errors.ts';
import type { LabContext } from '../lab.ts';
import { mountLayers } from './image-layers.ts';
import type { LabDocker } from './lab-docker.ts';
import { OWN_DIRECTORY, startOwnDocker } from './own-docker.ts';
import { makeStockHost } from './stock-host.ts';

/** Where guest-init.sh mounts the disk with images, and the programs that come in from outside. */
const DISK = '/chaos/images';
const PROGRAMS = '/chaos/programs';

const DATA_ROOT = '/var/lib/docker';
const DIRECTORY = '/run/chaos-lab';

/** A Docker of the embedded kernel's own, which starts with the images of its disk. */
export async function openGuestDocker(context: LabContext): Promise<LabDocker> {
  if (!existsSync(join(DISK, 'overlay2'))) {
    throw new ChaosError('bug', 'this embedded kernel was started without a disk of images');
  }
  for (const path of [OWN_DIRECTORY, DIRECTORY]) mkdirSync(path, { recursive: true });
  mountLayers(DISK, DATA_ROOT);
  const host = makeStockHost([OWN_DIRECTORY, DIRECTORY]);
  const own = await startOwnDocker({
    netnsFd: host.net,
    dataRoot: DATA_ROOT,
    logPath: join(context.runDirectory, 'logs', 'dockerd.log'),
    signal: context.signal,
  });
  const containerlab = join(PROGRAMS, 'containerlab');
  return { ...own, run: null, containerlab, host, directory: DIRECTORY };
}
