import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import { ChaosError } from '../../errors.ts';
import { libc } from '../../host/libc.ts';
import { inNetns } from '../../host/namespaces.ts';
import { dockerAt } from '../../undo/docker.ts';

/** Its socket, and what it keeps while it runs. */
export const OWN_DIRECTORY = '/run/chaos-docker';
const ADDRESS = `unix://${OWN_DIRECTORY}/docker.sock`;
const SETTINGS = '/etc/docker';
const READY_WITHIN_MS = 60_000;
const READY_POLL_MS = 50;

/** A Docker daemon of a sandbox's own: nothing of the machine's Docker is used or touched, and it dies with the sandbox. */
export interface OwnDocker {
  readonly docker: Docker;
  /** for DOCKER_HOST */
  readonly address: string;
  stop(): Promise<void>;
}

export interface OwnDockerOptions {
  readonly dataRoot: string;
  readonly logPath: string;
  /** the network namespace that it lives in */
  readonly netnsFd: number;
  /** default: docker */
  readonly cgroupParent?: string;
  readonly signal: AbortSignal;
}

/**
 * Start dockerd (which starts containerd) in the other namespaces that we are in; our mounts must be nobody else's. It
 * makes no bridge and no firewall rule: links are the wire room's.
 * @throws ChaosError 'lab-failed' with the end of its log
 */
export async function startOwnDocker(options: OwnDockerOptions): Promise<OwnDocker> {
  const { logPath, netnsFd, signal } = options;
  hideMachinesSettings();
  for (const each of [dirname(logPath), OWN_DIRECTORY]) mkdirSync(each, { recursive: true });
  const log = openSync(logPath, 'a');
  const daemon = inNetns(netnsFd, () =>
    spawn('dockerd', daemonArguments(options), { stdio: ['ignore', log, log] }),
  );
  closeSync(log);
  let ended: string | undefined;
  const gone = new Promise<void>((resolve) => {
    daemon.once('error', (error) => {
      ended = error.message;
      resolve();
    });
    daemon.once('exit', (code, by) => {
      ended = by ?? `exit code ${String(code)}`;
      resolve();
    });
  });
  const docker = await dockerAt(ADDRESS);
  for (let waitedMs = 0; !(await answers(docker)); waitedMs += READY_POLL_MS) {
    signal.throwIfAborted();
    if (ended !== undefined) throw failed(`ended (${ended})`, logPath);
    if (waitedMs > READY_WITHIN_MS) throw failed('does not answer', logPath);
    await sleep(READY_POLL_MS);
  }
  return { docker, address: ADDRESS, stop: () => end(daemon, gone) };
}

/** What the machine has set for its own daemon (registries, hosts, a key that only root may read) is not for this one. */
function hideMachinesSettings(): void {
  mkdirSync(SETTINGS, { recursive: true });
  libc.mount('chaos', SETTINGS, 'tmpfs', 0, 'mode=700');
}

function daemonArguments({ dataRoot, cgroupParent }: OwnDockerOptions): readonly string[] {
  return [
    ...['--data-root', dataRoot, '--host', ADDRESS],
    ...['--exec-root', `${OWN_DIRECTORY}/exec`, '--pidfile', `${OWN_DIRECTORY}/dockerd.pid`],
    ...['--storage-driver', 'overlay2', '--userland-proxy=false', '--bridge=none'],
    ...(cgroupParent === undefined ? [] : [`--cgroup-parent=/${cgroupParent}`]),
    // while images are built the namespace is the machine's: it must not begin to forward
    ...['--iptables=false', '--ip6tables=false', '--ip-forward=false'],
  ];
}

async function answers(docker: Docker): Promise<boolean> {
  try {
    await docker.ping();
    return true;
  } catch {
    return false;
  }
}

async function end(daemon: ChildProcess, gone: Promise<void>): Promise<void> {
  daemon.kill('SIGTERM');
  await gone;
}

function failed(what: string, logPath: string): ChaosError {
  const tail = readFileSync(logPath, 'utf8').trimEnd().split('\n').slice(-8).join('\n');
  return new ChaosError('lab-failed', `the sandbox's dockerd ${what}`, {
    hint: tail === '' ? 'apt-get install docker.io' : `the end of its log:\n${tail}`,
  });
}
