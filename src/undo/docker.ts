import { rmSync } from 'node:fs';
import { basename, isAbsolute } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type Dockerode from 'dockerode';
import type { UndoActOf } from './undo-act.ts';

/** Our own, or containerlab's of a lab of ours. */
const OUR_DIRECTORY = /^(clab-)?chaos-./u;

/** '/var/run/docker.sock' of 'unix:///var/run/docker.sock'; undefined: the address is no socket of this machine. */
export function socketOf(address: string): string | undefined {
  return /^unix:\/\/(\/.+)$/u.exec(address)?.[1];
}

/** @param address 'unix:///var/run/docker.sock'; timeoutMs: how long an answer may take, default: as long as it does */
export async function dockerAt(address: string, timeoutMs?: number): Promise<Dockerode> {
  // here, and not above: what has no containers must not load it
  const { default: Docker } = await import('dockerode');
  const limit = timeoutMs === undefined ? {} : { timeout: timeoutMs };
  const socketPath = socketOf(address);
  if (socketPath !== undefined) return new Docker({ socketPath, ...limit });
  const { hostname, port } = new URL(address);
  return new Docker({ host: hostname, port, ...limit });
}

export async function containerAgain(act: UndoActOf<'container'>): Promise<string> {
  const { node, want } = act;
  const docker = await dockerAt(act.container.docker);
  const container = docker.getContainer(act.container.id);
  const info = await orGone(container.inspect());
  if (info === null) return `${node}: its container is gone`;
  const { Paused, Running } = info.State;
  if (want === 'unpaused' && Paused) await container.unpause();
  if (want === 'started' && !Running) await container.start();
  return `${node}: its container runs`;
}

/** What somebody asked Docker to create, and died, may be there only later: it is looked for again. */
const LOOK_AGAIN_MS = 500;

/** Their networks too: Docker removes one only when nobody is in it. */
export async function removeContainers({
  docker: address,
  label,
}: UndoActOf<'remove-containers'>): Promise<string> {
  const docker = await dockerAt(address);
  const filters = JSON.stringify({ label: [label] });
  const removed = new Set<string>();
  for (let looks = 0; looks < 2; looks++) {
    if (looks > 0) await sleep(LOOK_AGAIN_MS);
    for (;;) {
      const containers = await docker.listContainers({ all: true, filters });
      if (containers.length === 0) break;
      await Promise.all(
        containers.map(({ Id }) =>
          orGone(docker.getContainer(Id).remove({ force: true, v: true })),
        ),
      );
      for (const { Id } of containers) removed.add(Id);
    }
  }
  const networks = await docker.listNetworks({ filters });
  for (const { Id } of networks) await orGone(docker.getNetwork(Id).remove());
  const n = removed.size;
  return `${n} container${n === 1 ? '' : 's'} with label ${label} removed`;
}

/** null: there is none (any more), or it is being removed by somebody else */
export async function orGone<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    const { statusCode } = error as { readonly statusCode?: number };
    if (statusCode === 404 || statusCode === 409) return null;
    throw error;
  }
}

export function removeDirectories({ paths }: UndoActOf<'remove-directories'>): string {
  for (const path of paths) {
    if (!isAbsolute(path) || !OUR_DIRECTORY.test(basename(path))) {
      throw new Error(`${path} does not bear our name`);
    }
    rmSync(path, { recursive: true, force: true });
  }
  return paths.map((path) => `${path} removed`).join(', ');
}
