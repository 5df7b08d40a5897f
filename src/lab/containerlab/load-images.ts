import { createReadStream } from 'node:fs';
import type Docker from 'dockerode';
import { ChaosError } from '../../errors.ts';
import type { Environment } from './binary.ts';
import { dockerEnds } from './docker-progress.ts';
import type { ImageStore } from './image-store.ts';
import { askMachineDocker } from './machine-docker.ts';

/** `docker load`: no registry has a part in it. */
export async function loadImages(
  docker: Docker,
  { archive }: Pick<ImageStore, 'archive'>,
): Promise<void> {
  await dockerEnds(docker, await docker.loadImage(createReadStream(archive)));
}

/**
 * The images of ours into the machine's Docker, under their names (chaos/frr:latest). Gives those that it has now.
 * @throws ChaosError 'cannot-run-here' when no daemon answers
 */
export async function loadIntoMachine(
  environment: Environment,
  images: ImageStore,
): Promise<readonly string[]> {
  const machine = await askMachineDocker(environment);
  if ('lacks' in machine) {
    throw new ChaosError('cannot-run-here', machine.lacks, {
      hint: 'systemctl start docker, or DOCKER_HOST=unix:///path/of/its/socket',
    });
  }
  const { docker } = machine;
  await loadImages(docker, images);
  const tags = (await docker.listImages()).flatMap(({ RepoTags }) => RepoTags ?? []);
  return tags.filter((tag) => tag.startsWith('chaos/')).sort();
}
