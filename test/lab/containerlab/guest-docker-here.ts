import { dirname } from 'node:path';
import { builtKernels } from '../../../src/kernel/find-kernel.ts';
import type { GuestDocker } from '../../../src/kernel/sandbox.ts';
import { findContainerlab } from '../../../src/lab/containerlab/binary.ts';
import { findImages } from '../../../src/lab/containerlab/image-store.ts';

/** What labs of containers start from, where `chaos lab containerlab` and `chaos lab images build` have been run. */
export function guestDockerHere(): GuestDocker | undefined {
  const containerlab = findContainerlab(process.env);
  const disk = findImages(process.env)?.disk;
  if (containerlab === undefined || disk === undefined || builtKernels().length === 0) {
    return undefined;
  }
  return { programs: dirname(containerlab), disk };
}
