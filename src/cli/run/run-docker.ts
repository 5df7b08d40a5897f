import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import { chooseKernel, type KernelChoice, type KernelNeeds } from '../../kernel/choose.ts';
import type { SandboxOptions } from '../../kernel/sandbox.ts';
import { requireContainerlab } from '../../lab/containerlab/binary.ts';
import {
  chooseDocker,
  type DockerAsked,
  type DockerChoice,
} from '../../lab/containerlab/choose-docker.ts';
import { writeDockerPlace, type DockerPlace } from '../../lab/containerlab/docker-place.ts';
import { requireImages } from '../../lab/containerlab/image-store.ts';
import { dockerSocket } from '../../lab/containerlab/machine-docker.ts';
import { dockerOffers } from './docker-offers.ts';

/** Where a lab runs: the kernel, and for containers their Docker. */
export interface PlaceChoice {
  readonly kernel: KernelChoice;
  /** null: no container */
  readonly docker: DockerChoice | null;
}

/** The Docker of one run. */
export interface RunDocker {
  /** what its sandbox is started with */
  readonly sandbox: Pick<SandboxOptions, 'docker' | 'containers'>;
  /** it has something that does not end with its sandbox: a watchdog sees to it (undo.ndjson) */
  readonly needsWatchdog: boolean;
}

/** The kernel that a lab of containers runs on follows from where its Docker is. */
export async function choosePlace(
  driver: string,
  needs: KernelNeeds,
  asked: DockerAsked,
): Promise<PlaceChoice> {
  if (driver !== 'containerlab') return { kernel: await chooseKernel(needs, asked), docker: null };
  const docker = chooseDocker(asked, await dockerOffers(needs));
  const kernel = docker.place === 'guest' ? 'embedded' : 'host';
  const chosen = await chooseKernel(needs, { kernel, clock: 'real' });
  return { kernel: { ...chosen, why: 'the kernel of its Docker' }, docker };
}

/** Write down for the engine where its Docker is: its own file in the directory of the run. */
export function prepareDocker(choice: DockerChoice, directory: string): RunDocker {
  const place = newPlace(choice);
  writeDockerPlace(directory, place);
  return runDockerOf(place);
}

function newPlace(choice: DockerChoice): DockerPlace {
  const containerlab = requireContainerlab(process.env);
  switch (choice.place) {
    case 'guest':
      return { place: 'guest' };
    case 'own': {
      const { archive } = requireImages(process.env);
      const controlGroup = `chaos-${randomBytes(3).toString('hex')}`;
      return { place: 'own', containerlab, archive, controlGroup };
    }
    case 'host': {
      const run = randomBytes(4).toString('hex');
      return { place: 'host', containerlab, socket: dockerSocket(process.env) ?? '', run };
    }
    default:
      return choice.place satisfies never;
  }
}

/** What goes with a Docker that has been written down. */
export function runDockerOf({ place }: DockerPlace): RunDocker {
  if (place !== 'guest') return { sandbox: { containers: place }, needsWatchdog: true };
  const programs = dirname(requireContainerlab(process.env));
  const { disk } = requireImages(process.env);
  return { sandbox: { docker: { programs, disk } }, needsWatchdog: false };
}
