import type { ChildProcess } from 'node:child_process';
import { libc } from '../../host/libc.ts';
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
  NodeExecOptions,
  NodeLevel,
  NodeSpawnOptions,
  StartedNode,
} from '../lab.ts';
import type { TopologyNode } from '../topology.ts';
import { collect, spawnHere, spawnInside } from './commands.ts';
import { mountPrivateDirectories } from './private-directories.ts';

const AF_INET = 2;
const SOCK_DGRAM_CLOEXEC = 2 | 0o2000000;
const SIOCSIFFLAGS = 0x8914;
const IFF_UP_LOOPBACK_RUNNING = 0x1 | 0x8 | 0x40;

/**
 * The first process of a node that runs services: killing it kills them all. It ignores SIGCHLD, so that orphans are
 * reaped by the kernel; libuv resets that disposition in children, hence the trap.
 */
const INIT = ['/bin/sh', '-c', 'trap "" CHLD; mount -t proc proc /proc; echo; exec sleep infinity'];

export class NetnsNode implements StartedNode {
  readonly name: string;
  readonly topology: TopologyNode;
  readonly level: NodeLevel;
  readonly fds: NamespaceFds;
  readonly #init: ChildProcess | null;

  private constructor(
    topology: TopologyNode,
    level: NodeLevel,
    fds: NamespaceFds,
    init: ChildProcess | null,
  ) {
    this.name = topology.name;
    this.topology = topology;
    this.level = level;
    this.fds = fds;
    this.#init = init;
  }

  /** Raise a node only as far as it needs; resolves when its init (if any) runs. */
  static async raise(
    topology: TopologyNode,
    image: Image,
    level: NodeLevel,
    scratch: string,
  ): Promise<NetnsNode> {
    let init: ChildProcess | null = null;
    const fds = makeNamespaces({ files: level !== 'net', pid: level === 'pid' }, () => {
      raiseLoopback();
      if (level === 'net') return undefined;
      libc.sethostname(topology.name, Buffer.byteLength(topology.name));
      mountPrivateDirectories(scratch, topology.name, image.privateDirectories);
      if (level === 'files') return undefined;
      libc.mount('sysfs', '/sys', 'sysfs', 0, null); // shows the interfaces of this node, not of the engine
      init = spawnInit();
      return init.pid;
    });
    const node = new NetnsNode(topology, level, fds, init);
    if (node.#init !== null) await started(node.#init, topology.name);
    return node;
  }

  /** The init ended, and with it every process of the node: it is dead, though its namespaces are still held. */
  onDeath(listener: () => void): void {
    this.#init?.once('exit', listener);
  }

  get netnsFd(): number {
    return this.fds.net;
  }

  get initPid(): number | null {
    return this.#init?.pid ?? null;
  }

  inNet<T>(body: () => T): T {
    return inNetns(this.fds.net, body);
  }

  /** all namespaces of the node; synchronous */
  inside<T>(body: () => T): T {
    return inNamespaces(this.fds, body);
  }

  spawn(argv: readonly string[], options?: NodeSpawnOptions): ChildProcess {
    return spawnInside(this.fds, this.topology.env, argv, options);
  }

  exec(argv: readonly string[], options: NodeExecOptions = {}): Promise<CommandResult> {
    const child = this.spawn(argv, options.env === undefined ? {} : { env: options.env });
    return collect(child, argv, options);
  }

  /** End every process of the node and let go of its namespaces. */
  async stop(): Promise<void> {
    if (this.#init !== null && this.#init.exitCode === null && this.#init.signalCode === null) {
      const gone = new Promise((resolve) => this.#init?.once('exit', resolve));
      this.#init.kill('SIGKILL');
      await gone;
    }
    closeNamespaces(this.fds);
  }
}

function spawnInit(): ChildProcess {
  return spawnHere({}, INIT, { stdio: ['ignore', 'pipe', 'inherit'] });
}

function raiseLoopback(): void {
  const socket = libc.socket(AF_INET, SOCK_DGRAM_CLOEXEC, 0);
  const request = Buffer.alloc(40);
  request.write('lo');
  request.writeInt16LE(IFF_UP_LOOPBACK_RUNNING, 16);
  libc.ioctl(socket, SIOCSIFFLAGS, request);
  libc.close(socket);
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
