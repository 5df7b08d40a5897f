import type Docker from 'dockerode';
import { messageOf } from '../../errors.ts';
import { dockerAt, socketOf } from '../../undo/docker.ts';
import type { Environment } from './binary.ts';

const DEFAULT_SOCKET = '/var/run/docker.sock';
const ANSWERS_WITHIN_MS = 5000;

/** What the machine's Docker says of itself. */
export type MachineDocker =
  | { readonly socket: string; readonly docker: Docker; readonly version: string }
  | { readonly lacks: string };

/** The socket that the docker command would use, where that is one: DOCKER_HOST, or /var/run/docker.sock. */
export function dockerSocket(environment: Environment): string | undefined {
  const address = environment['DOCKER_HOST'] ?? '';
  return address === '' ? DEFAULT_SOCKET : socketOf(address);
}

/** Ask the machine's Docker; a daemon of another machine has no processes here. */
export async function askMachineDocker(environment: Environment): Promise<MachineDocker> {
  const socket = dockerSocket(environment);
  if (socket === undefined) {
    return {
      lacks: `DOCKER_HOST is ${environment['DOCKER_HOST'] ?? ''}, no socket of this machine`,
    };
  }
  const address = `unix://${socket}`;
  const asked = await dockerAt(address, ANSWERS_WITHIN_MS);
  try {
    const { ServerVersion, SecurityOptions } = (await asked.info()) as {
      readonly ServerVersion: string;
      readonly SecurityOptions?: readonly string[];
    };
    const apart = SecurityOptions?.find((each) => /name=(rootless|userns)/.test(each));
    if (apart !== undefined) {
      return { lacks: `the daemon at ${socket} has a user namespace of its own (${apart})` };
    }
    return { socket, docker: await dockerAt(address), version: ServerVersion };
  } catch (error) {
    return { lacks: `no daemon answers at ${socket} (${reasonOf(error)})` };
  }
}

function reasonOf(error: unknown): string {
  const { code } = error as { readonly code?: string };
  return code ?? messageOf(error);
}
