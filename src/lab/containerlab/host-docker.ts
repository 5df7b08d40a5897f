import { chmodSync, mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { ChaosError } from '../../errors.ts';
import { dockerAt } from '../../undo/docker.ts';
import type { LabContext } from '../lab.ts';
import { HOST_DIRECTORY, RUN_LABEL, type DockerPlace } from './docker-place.ts';
import type { LabDocker } from './lab-docker.ts';
import { makeStockHost } from './stock-host.ts';

/**
 * The daemon of the machine. What is ours in it are containers with the run's id in their names and labels; the machine
 * itself gets nothing: containerlab works in namespaces of its own, and binds are copies in the run directory.
 */
export async function openHostDocker(
  place: Extract<DockerPlace, { readonly place: 'host' }>,
  context: LabContext,
): Promise<LabDocker> {
  const { containerlab, run } = place;
  // /var/run is a link: what is kept must be where it really is
  const socket = realpathSync(place.socket);
  const directory = join(context.runDirectory, HOST_DIRECTORY);
  const address = `unix://${socket}`;
  if (context.journal === undefined) throw new ChaosError('bug', 'containers without a journal');
  await context.journal(`remove ${directory}`, { do: 'remove-directories', paths: [directory] });
  await context.journal(`remove the containers of run ${run}`, {
    ...{ do: 'remove-containers', docker: address, label: `${RUN_LABEL}=${run}` },
  });
  mkdirSync(directory, { recursive: true });
  // daemons of other users read in there
  chmodSync(directory, 0o755);
  const host = makeStockHost([socket, directory, containerlab]);
  return {
    docker: await dockerAt(address),
    ...{ address, run, containerlab, host, directory },
    stop: () => Promise.resolve(),
  };
}
