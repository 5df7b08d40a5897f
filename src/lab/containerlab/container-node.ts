import type { ChildProcess } from 'node:child_process';
import { openSync } from 'node:fs';
import type Docker from 'dockerode';
import { ChaosError } from '../../errors.ts';
import {
  closeNamespaces,
  inNamespaces,
  inNetns,
  replaceDescriptor,
  type NamespaceFds,
} from '../../host/namespaces.ts';
import type {
  CommandResult,
  NodeExecOptions,
  NodePower,
  NodeService,
  NodeSpawnOptions,
  StartedNode,
} from '../lab.ts';
import { collect, ownerOf, spawnInside } from '../../host/commands.ts';
import type { Daemon, DaemonEnd, DaemonOptions, ServedNode } from '../node-services.ts';
import type { ContainerMark } from '../../undo/undo-act.ts';
import type { TopologyNode } from '../topology.ts';
import type { ContainerEvents } from './container-events.ts';
import { execInContainer, startInContainer } from './container-exec.ts';

/** Where containers of a lab are. */
export interface ContainerPlace {
  readonly docker: Docker;
  /** for DOCKER_HOST */
  readonly address: string;
  readonly events: ContainerEvents;
}

/** A node that is a container: Docker runs its commands, its namespaces are entered for sockets and watchers. */
export class ContainerNode implements StartedNode, ServedNode {
  readonly name: string;
  readonly topology: TopologyNode;
  readonly level = 'pid';
  /** given by the driver, once its links are there */
  power: NodePower | null = null;
  services: readonly NodeService[] = [];
  readonly container: ContainerMark;
  readonly handle: Docker.Container;
  #initPid: number;
  #fds: NamespaceFds;
  #netnsListeners: readonly (() => void)[] = [];
  readonly #events: ContainerEvents;

  private constructor(
    topology: TopologyNode,
    pid: number,
    handle: Docker.Container,
    { address, events }: ContainerPlace,
  ) {
    this.name = topology.name;
    this.topology = topology;
    this.#initPid = pid;
    this.handle = handle;
    this.container = { id: handle.id, docker: address };
    this.#events = events;
    this.#fds = { net: open(pid, 'net'), ...othersOf(pid) };
  }

  /** @param container of a Docker whose processes this process sees, by name or id */
  static async of(
    topology: TopologyNode,
    container: string,
    place: ContainerPlace,
  ): Promise<ContainerNode> {
    const { docker } = place;
    const { State, Id } = await docker.getContainer(container).inspect();
    if (!State.Running) {
      const { ExitCode, Error: error } = State;
      const how = error === '' ? `exit code ${String(ExitCode)}` : error;
      throw new ChaosError('lab-failed', `node '${topology.name}': its container ended (${how})`);
    }
    // events name containers by their whole id
    return new ContainerNode(topology, State.Pid, docker.getContainer(Id), place);
  }

  /** of the container that runs, or of the last one that did */
  get initPid(): number {
    return this.#initPid;
  }

  /** The number stays the same, whatever namespace is behind it. */
  get netnsFd(): number {
    return this.#fds.net;
  }

  onNetnsReplaced(listener: () => void): () => void {
    this.#netnsListeners = [...this.#netnsListeners, listener];
    return () => {
      this.#netnsListeners = this.#netnsListeners.filter((each) => each !== listener);
    };
  }

  /** It is dead. Its files must be let go, or its container could not mount them again. */
  leave(): void {
    const { net, ...others } = this.#fds;
    closeNamespaces(others);
    this.#fds = { net };
  }

  /** It runs again, as another process in other namespaces. */
  enter(pid: number): void {
    this.leave();
    replaceDescriptor(this.#fds.net, open(pid, 'net'));
    this.#fds = { net: this.#fds.net, ...othersOf(pid) };
    this.#initPid = pid;
    for (const listener of this.#netnsListeners) listener();
  }

  inNet<T>(body: () => T): T {
    return inNetns(this.#fds.net, body);
  }

  /** all namespaces of the node; synchronous */
  inside<T>(body: () => T): T {
    return inNamespaces(this.#fds, body);
  }

  spawn(argv: readonly string[], options?: NodeSpawnOptions): ChildProcess {
    const owner = options?.user === undefined ? {} : ownerOf(this.initPid, options.user);
    return spawnInside(this.#fds, this.topology.env, argv, options, owner);
  }

  async exec(argv: readonly string[], options: NodeExecOptions = {}): Promise<CommandResult> {
    try {
      return await execInContainer(this.handle, argv, options);
    } catch (error) {
      if (!isPaused(error)) throw error;
      // Docker starts nothing in a container that is paused; what undoes a fault there must run all the same
      return collect(this.spawn(argv, options), argv, options);
    }
  }

  startDaemon(
    argv: readonly string[],
    options: DaemonOptions,
    onEnd: (end: DaemonEnd) => void,
  ): Promise<Daemon> {
    return startInContainer(this.handle, this.#events, argv, options, onEnd);
  }

  /** Let go of its namespaces. */
  release(): void {
    closeNamespaces(this.#fds);
  }
}

function open(pid: number, namespace: string): number {
  return openSync(`/proc/${String(pid)}/ns/${namespace}`, 'r');
}

function othersOf(pid: number): Omit<NamespaceFds, 'net'> {
  return { mnt: open(pid, 'mnt'), uts: open(pid, 'uts'), pid: open(pid, 'pid') };
}

function isPaused(error: unknown): boolean {
  const { statusCode, message } = error as { statusCode?: number; message?: string };
  return statusCode === 409 && /is paused/.test(message ?? '');
}
