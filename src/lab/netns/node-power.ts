import { processesIn } from '../../host/processes.ts';
import { closeNamespaces, inNetns, makeNamespaces } from '../../host/namespaces.ts';
import type { NodePower } from '../lab.ts';
import { collect, spawnInside } from '../../host/commands.ts';
import { emptyNamespace, moveWires, raiseWires } from '../park-wires.ts';
import type { NetnsNode } from './netns-node.ts';

/** What the driver does around it. */
export interface PowerHooks {
  /** interfaces of the node that are ends of wires */
  readonly wired: readonly string[];
  /** the wires' far ends have carrier, or not */
  setAlive(alive: boolean): void;
  /** sysctls, before the interfaces exist */
  prepare(): void;
  /** files, daemons, `exec` lines */
  serve(): Promise<void>;
  /** for the log */
  changed(isOn: boolean): void;
}

/** The rules that every network namespace begins with (ip-rule(8)); that of the local table cannot be flushed. */
const CLEAN_SLATE = [
  ...['address flush dev lo', 'link set lo down', 'route flush table all', 'rule flush'],
  ...['rule add lookup main pref 32766', 'rule add lookup default pref 32767', 'link set lo up'],
];

/**
 * A node's mains switch. Its network namespace is kept, because sockets of probes and watchers are in there, and the
 * links with it; everything in it goes: the wires' ends are parked elsewhere meanwhile, which takes from them all that
 * an operator or a daemon gave them.
 */
export class NetnsNodePower implements NodePower {
  readonly #node: NetnsNode;
  readonly #hooks: PowerHooks;
  #parking: number | null = null;

  constructor(node: NetnsNode, hooks: PowerHooks) {
    this.#node = node;
    this.#hooks = hooks;
  }

  get isOn(): boolean {
    return this.#parking === null;
  }

  async turnOff(): Promise<void> {
    if (this.#parking !== null) return;
    const parking = makeNamespaces({ files: false, pid: false }, () => undefined).net;
    this.#parking = parking;
    this.#hooks.setAlive(false);
    await this.#node.crash();
    await endProcesses(this.#node.netnsFd);
    this.#node.inNet(() => {
      emptyNamespace(parking, this.#hooks.wired);
    });
    await forgetRoutes(this.#node.netnsFd);
    this.#hooks.changed(false);
  }

  async turnOn(): Promise<void> {
    const parking = this.#parking;
    if (parking === null) return;
    this.#node.inNet(() => {
      this.#hooks.prepare();
    });
    await this.#node.boot();
    inNetns(parking, () => {
      moveWires(this.#node.netnsFd, this.#hooks.wired);
    });
    this.#node.inNet(() => {
      raiseWires(this.#hooks.wired);
    });
    closeNamespaces({ net: parking });
    this.#parking = null;
    this.#hooks.setAlive(true);
    this.#hooks.changed(true);
    await this.#hooks.serve();
  }

  /** The lab ends. */
  release(): void {
    if (this.#parking !== null) closeNamespaces({ net: this.#parking });
    this.#parking = null;
  }
}

/** Those that no init took with it: a node without one may run commands in the background. */
async function endProcesses(netnsFd: number): Promise<void> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const left = processesIn(netnsFd);
    if (left.length === 0) return;
    for (const { pid } of left) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  throw new Error(`processes that do not end: ${names(netnsFd)}`);
}

function names(netnsFd: number): string {
  return processesIn(netnsFd)
    .map(({ pid, command }) => `${pid} (${command})`)
    .join(', ');
}

async function forgetRoutes(netnsFd: number): Promise<void> {
  for (const family of ['-4', '-6']) {
    const argv = ['ip', family, '-force', '-batch', '-'];
    const child = spawnInside({ net: netnsFd }, {}, argv);
    await collect(child, argv, { input: CLEAN_SLATE.map((line) => `${line}\n`).join('') });
  }
}
