import type { ChildProcess } from 'node:child_process';
import { openSync } from 'node:fs';
import type Docker from 'dockerode';
import { ChaosError } from '../../errors.ts';
import {
  closeNamespaces,
  inNamespaces,
  inNetns,
  type NamespaceFds,
} from '../../host/namespaces.ts';
import type {
  CommandResult,
  NodeExecOptions,
  NodeService,
  NodeSpawnOptions,
  StartedNode,
} from '../lab.ts';
import { spawnInside } from '../../host/commands.ts';
import type { Daemon, DaemonEnd, DaemonOptions, ServedNode } from '../node-services.ts';
import type { TopologyNode } from '../topology.ts';
import type { ContainerEvents } from './container-events.ts';
import { execInContainer, startInContainer } from './container-exec.ts';

/** A node that is a container: Docker runs its commands, its namespaces are entered for sockets and watchers. */
export class ContainerNode implements StartedNode, ServedNode {
  readonly name: string;
  readonly topology: TopologyNode;
  readonly level = 'pid';
  readonly initPid: number;
  /** a container that starts again has another network namespace: its links and the sockets of probes would be gone */
  readonly power = null;
  services: readonly NodeService[] = [];
  readonly #fds: NamespaceFds;
  readonly #container: Docker.Container;
  readonly #events: ContainerEvents;

  private constructor(
    topology: TopologyNode,
    pid: number,
    container: Docker.Container,
    events: ContainerEvents,
  ) {
    this.name = topology.name;
    this.topology = topology;
    this.initPid = pid;
    this.#container = container;
    this.#events = events;
    const open = (name: string): number => openSync(`/proc/${String(pid)}/ns/${name}`, 'r');
    this.#fds = { net: open('net'), mnt: open('mnt'), uts: open('uts'), pid: open('pid') };
  }

  /** @param container of a Docker whose processes this process sees, by name or id */
  static async of(
    topology: TopologyNode,
    container: string,
    docker: Docker,
    events: ContainerEvents,
  ): Promise<ContainerNode> {
    const { State, Id } = await docker.getContainer(container).inspect();
    if (!State.Running) {
      const { ExitCode, Error: error } = State;
      const how = error === '' ? `exit code ${String(ExitCode)}` : error;
      throw new ChaosError('lab-failed', `node '${topology.name}': its container ended (${how})`);
    }
    // events name containers by their whole id
    return new ContainerNode(topology, State.Pid, docker.getContainer(Id), events);
  }

  get netnsFd(): number {
    return this.#fds.net;
  }

  onDeath(listener: () => void): void {
    this.#events.onDeath(this.#container.id, listener);
  }

  inNet<T>(body: () => T): T {
    return inNetns(this.#fds.net, body);
  }

  /** all namespaces of the node; synchronous */
  inside<T>(body: () => T): T {
    return inNamespaces(this.#fds, body);
  }

  spawn(argv: readonly string[], options?: NodeSpawnOptions): ChildProcess {
    return spawnInside(this.#fds, this.topology.env, argv, options);
  }

  exec(argv: readonly string[], options: NodeExecOptions = {}): Promise<CommandResult> {
    return execInContainer(this.#container, argv, options);
  }

  startDaemon(
    argv: readonly string[],
    options: DaemonOptions,
    onEnd: (end: DaemonEnd) => void,
  ): Promise<Daemon> {
    return startInContainer(this.#container, this.#events, argv, options, onEnd);
  }

  /** Let go of its namespaces. */
  release(): void {
    closeNamespaces(this.#fds);
  }
}
