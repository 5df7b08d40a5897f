import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the Docker of a lab of containers runs. */
export type DockerPlaceName = DockerPlace['place'];

/**
 * What the engine must know of it: docker.json in the run directory, which the starter of the sandbox writes. `guest`: a
 * daemon of the run's own in the embedded kernel, from a disk of images. `own`: a daemon of the run's own in a sandbox on
 * the host's kernel. `host`: the daemon of the machine; the run's containers bear its id.
 */
export type DockerPlace =
  | { readonly place: 'guest' }
  | {
      readonly place: 'own';
      /** the stock program */
      readonly containerlab: string;
      /** what `docker save` has written of the images of ours */
      readonly archive: string;
      /** the daemon's, in every hierarchy: they are in no namespace, and whoever started the sandbox removes them */
      readonly controlGroup: string;
    }
  | {
      readonly place: 'host';
      readonly containerlab: string;
      /** of the daemon: an absolute path */
      readonly socket: string;
      /** nobody else's on this machine: in names of containers, and their label `chaos-run` */
      readonly run: string;
    };

/** The label by which containers of ours are known; its value is the run's id. */
export const RUN_LABEL = 'chaos-run';

/** The directory in the run directory that containers of the machine's daemon bind from. */
export const HOST_DIRECTORY = 'chaos-lab';

const FILE = 'docker.json';

export function writeDockerPlace(runDirectory: string, place: DockerPlace): void {
  writeFileSync(join(runDirectory, FILE), `${JSON.stringify(place, null, 2)}\n`);
}

/** A program in the embedded kernel that nobody told anything has its Docker there. */
export function readDockerPlace(runDirectory: string): DockerPlace {
  const path = join(runDirectory, FILE);
  if (!existsSync(path)) return { place: 'guest' };
  return JSON.parse(readFileSync(path, 'utf8')) as DockerPlace;
}
