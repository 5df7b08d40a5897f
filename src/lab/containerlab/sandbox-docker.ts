import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { libc } from '../../host/libc.ts';
import { MS } from '../../host/mount.ts';
import type { LabContext } from '../lab.ts';
import { coverNews, coverWithMemory, coverWithOverlay } from './cover.ts';
import type { DockerPlace } from './docker-place.ts';
import type { LabDocker } from './lab-docker.ts';
import { loadImages } from './load-images.ts';
import { OWN_DIRECTORY, startOwnDocker } from './own-docker.ts';
import { makeStockHost } from './stock-host.ts';

const DIRECTORY = '/run/chaos-lab';
const COVERS = '/run/chaos-covers';
const CONTROL_GROUPS = '/sys/fs/cgroup';

/**
 * A Docker in a sandbox on the host's kernel: in its namespaces (of a user too, where it needs one), with files of its
 * own where it writes. It starts without an image, and gets those of ours from what `chaos lab images build` has written.
 */
export async function openSandboxDocker(
  place: Extract<DockerPlace, { readonly place: 'own' }>,
  context: LabContext,
): Promise<LabDocker> {
  const { containerlab, archive, controlGroup } = place;
  // it is in no namespace: all the rest ends with the sandbox
  await context.journal?.(`remove control group ${controlGroup}`, {
    ...{ do: 'remove-control-group', name: controlGroup },
  });
  coverWithMemory('/run', [context.runDirectory]);
  coverWithOverlay(['/etc'], COVERS);
  coverNews('/opt');
  mountOwnSys();
  const dataRoot = join(OWN_DIRECTORY, 'data');
  for (const path of [dataRoot, DIRECTORY]) mkdirSync(path, { recursive: true });
  libc.mount('docker', dataRoot, 'tmpfs', 0, 'mode=711');
  const host = makeStockHost([OWN_DIRECTORY, DIRECTORY, containerlab], { etc: false });
  const own = await startOwnDocker({
    ...{ netnsFd: host.net, dataRoot, cgroupParent: controlGroup },
    logPath: join(context.runDirectory, 'logs', 'dockerd.log'),
    signal: context.signal,
  });
  const { docker } = own;
  await loadImages(docker, { archive });
  return { ...own, run: null, containerlab, host, directory: DIRECTORY };
}

/** Containers may mount /sys only where we have one of our own network; control groups are the machine's. */
function mountOwnSys(): void {
  const aside = '/run/chaos-cgroup';
  mkdirSync(aside);
  libc.mount(CONTROL_GROUPS, aside, null, MS.BIND | MS.REC, null);
  libc.mount('sysfs', '/sys', 'sysfs', 0, null);
  libc.mount(aside, CONTROL_GROUPS, null, MS.MOVE, null);
}
