import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { libc } from '../../host/libc.ts';
import { withNetlink } from '../../host/netlink-socket.ts';
import { setLinkUp } from '../../host/rtnetlink-link.ts';
import {
  closeNamespaces,
  inNamespaces,
  inNetns,
  makeNamespaces,
  type NamespaceFds,
} from '../../host/namespaces.ts';
import type { Image } from '../../service/service.ts';
import type {
  CommandResult,
  NodeEnd,
  NodeExecOptions,
  NodeLevel,
  NodePower,
  NodeService,
  NodeSpawnOptions,
  StartedNode,
} from '../lab.ts';
import type { TopologyNode } from '../topology.ts';
import type { Daemon, DaemonEnd, DaemonOptions, ServedNode } from '../node-services.ts';
import { collect, ownerOf, spawnHere, spawnInside } from '../../host/commands.ts';
import {
  directoriesOf,
  mountPrivateDirectories,
  mountUpperLayers,
  unmountUpperLayers,
} from './private-directories.ts';

/**
 * The first process of a node that runs services: killing it kills them all. It ignores SIGCHLD, so that orphans are
 * reaped by the kernel; dash's trap does not do that, and libuv resets dispositions in children.
 */
const INIT = [
  ...['/bin/sh', '-c'],
  'mount -t proc proc /proc; echo; exec env --ignore-signal=CHLD sleep infinity',
];

/** How far a node is raised. */
export interface NodeForm {
  readonly level: NodeLevel;
  /** a root directory of its own (own-root.ts); with level pid */
  readonly ownRoot: boolean;
}

export class NetnsNode implements StartedNode, ServedNode {
  readonly name: string;
  readonly topology: TopologyNode;
  readonly level: NodeLevel;
  /** given by the driver, once it has started them */
  services: readonly NodeService[] = [];
  power: NodePower | null = null;
  readonly #image: Image;
  readonly #ownRoot: boolean;
  readonly #scratch: string;
  readonly #deathListeners: ((end: NodeEnd | undefined) => void)[] = [];
  #fds: NamespaceFds;
  #init: ChildProcess | null = null;
  /** its init ends by our hand */
  #ending = false;

  private constructor(topology: TopologyNode, image: Image, form: NodeForm, scratch: string) {
    this.name = topology.name;
    this.topology = topology;
    this.level = form.level;
    this.#ownRoot = form.ownRoot;
    this.#image = image;
    this.#scratch = scratch;
    this.#fds = this.#make();
  }

  /** Raise a node only as far as it needs; resolves when its init (if any) runs. */
  static async raise(
    topology: TopologyNode,
    image: Image,
    form: NodeForm,
    scratch: string,
  ): Promise<NetnsNode> {
    const node = new NetnsNode(topology, image, form, scratch);
    if (node.#init !== null) await started(node.#init, topology.name);
    return node;
  }

  #make(netnsFd?: number): NamespaceFds {
    const { level, name } = this;
    const flags = { files: level !== 'net', pid: level === 'pid' };
    if (level !== 'net') mountUpperLayers(this.#scratch, name);
    return makeNamespaces({ ...flags, ...(netnsFd !== undefined && { netnsFd }) }, () => {
      raiseLoopback();
      if (level === 'net') return undefined;
      const { hostname = name } = this.topology.settings ?? {};
      libc.sethostname(hostname, Buffer.byteLength(hostname));
      const wanted = [...this.#image.privateDirectories, ...directoriesOf(this.topology)];
      mountPrivateDirectories(this.#scratch, name, wanted, this.#ownRoot);
      if (level === 'files') return undefined;
      libc.mount('sysfs', '/sys', 'sysfs', 0, null); // shows the interfaces of this node, not of the engine
      const init = spawnInit();
      this.#init = init;
      this.#ending = false;
      for (const listener of this.#deathListeners) this.#tellDeath(init, listener);
      return init.pid;
    });
  }

  /**
   * The init ended, and with it every process of the node: it is dead, though its namespaces are still held. `end`:
   * what it died of, where it was not we who ended it.
   */
  onDeath(listener: (end: NodeEnd | undefined) => void): void {
    this.#deathListeners.push(listener);
    if (this.#init !== null) this.#tellDeath(this.#init, listener);
  }

  #tellDeath(init: ChildProcess, listener: (end: NodeEnd | undefined) => void): void {
    init.once('exit', (code, signal) => {
      // whom the kernel kills for want of memory is told nobody but the kernel's log
      listener(this.#ending ? undefined : { code, signal, outOfMemory: false });
    });
  }

  get fds(): NamespaceFds {
    return this.#fds;
  }

  get netnsFd(): number {
    return this.#fds.net;
  }

  /** of the init that runs, or of the last one that did */
  get initPid(): number | null {
    return this.#init?.pid ?? null;
  }

  inNet<T>(body: () => T): T {
    return inNetns(this.#fds.net, body);
  }

  /** all namespaces of the node; synchronous */
  inside<T>(body: () => T): T {
    return inNamespaces(this.fds, body);
  }

  spawn(argv: readonly string[], options?: NodeSpawnOptions): ChildProcess {
    const owner = options?.user === undefined ? {} : ownerOf(this.initPid, options.user);
    return spawnInside(this.fds, this.topology.env, argv, options, owner);
  }

  async exec(argv: readonly string[], options: NodeExecOptions = {}): Promise<CommandResult> {
    return collect(this.spawn(argv, options), argv, options);
  }

  startDaemon(
    argv: readonly string[],
    { env, logPath, user }: DaemonOptions,
    onEnd: (end: DaemonEnd) => void,
  ): Daemon {
    const log = openSync(logPath, 'a');
    const child = this.spawn(argv, {
      stdio: ['ignore', log, log],
      env,
      ...(user !== undefined && { user }),
    });
    closeSync(log);
    child.once('error', (error) => {
      onEnd({ error: error.message });
    });
    child.once('exit', (code, signal) => {
      onEnd({ code, signal });
    });
    return { pid: child.pid ?? null };
  }

  /** Every process ends, and what files it had of its own are gone; its network namespace stays. */
  async crash(): Promise<void> {
    await this.#endInit();
    const { net, ...others } = this.#fds;
    closeNamespaces(others);
    this.#fds = { net };
    if (this.level !== 'net') unmountUpperLayers(this.#scratch, this.name);
  }

  /** After a crash: files and an init again, as at the start. */
  async boot(): Promise<void> {
    if (this.level === 'net') return;
    this.#fds = this.#make(this.#fds.net);
    if (this.#init !== null) await started(this.#init, this.name);
  }

  /** End every process of the node and let go of its namespaces. */
  async stop(): Promise<void> {
    await this.#endInit();
    closeNamespaces(this.#fds);
  }

  async #endInit(): Promise<void> {
    const init = this.#init;
    if (init === null || init.exitCode !== null || init.signalCode !== null) return;
    const gone = new Promise((resolve) => init.once('exit', resolve));
    this.#ending = true;
    init.kill('SIGKILL');
    await gone;
  }
}

function spawnInit(): ChildProcess {
  return spawnHere({}, INIT, { stdio: ['ignore', 'pipe', 'inherit'] });
}

function raiseLoopback(): void {
  // it is there, and the first, in every network namespace
  withNetlink((socket) => {
    socket.request([setLinkUp(1, true, 'lo')]);
  });
}

function started(init: ChildProcess, node: string): Promise<void> {
  return new Promise((resolve, reject) => {
    init.stdout?.once('data', () => {
      resolve();
    });
    init.once('exit', (code, signal) => {
      reject(new Error(`the init of node '${node}' ended (${signal ?? `exit code ${code}`})`));
    });
    init.once('error', reject);
  });
}
