import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { messageOf } from '../../errors.ts';
import { closeNamespaces, inNetns, makeNamespaces } from '../../host/namespaces.ts';
import type { NodeEnd, NodePower } from '../lab.ts';
import { emptyNamespace, moveWires, raiseWires } from '../park-wires.ts';
import type { ContainerEvents } from './container-events.ts';
import type { ContainerNode } from './container-node.ts';

/** What the driver does around it. */
export interface ContainerPowerHooks {
  /** interfaces of the node that are ends of wires */
  readonly wired: readonly string[];
  /** the wires' far ends have carrier, or not */
  setAlive(alive: boolean): void;
  /** while it is off, before it starts by our hand: what it binds is as the lab has it */
  renew(): void;
  /** sysctls, before the interfaces exist */
  prepare(): void;
  /** the wire room knows the node by its new network namespace; resolves when its links have carrier */
  connect(): Promise<void>;
  /** files, daemons, `exec` lines */
  serve(): Promise<void>;
  /** for the log; `end`: what it died of, where we did not turn it off */
  changed(isOn: boolean, end?: NodeEnd): void;
  /** somebody started it, and it did not come back whole */
  failed(message: string): void;
}

interface Waiting {
  readonly forOn: boolean;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The mains switch of a container. Whoever stops it and starts it again (a fault, `docker restart` by hand, its own
 * death), Docker's events say so, and the same is done: its links are parked while it is off, and are put into the
 * new network namespace that Docker has made for it. Their peers stay in the wire room, without carrier meanwhile.
 */
export class ContainerPower implements NodePower {
  readonly #node: ContainerNode;
  readonly #container: Docker.Container;
  readonly #hooks: ContainerPowerHooks;
  #isOn = true;
  #byUs = false;
  #released = false;
  #parking: number | null = null;
  #waiting: readonly Waiting[] = [];
  /** parking and restoring take turns: a container may be started before all is parked */
  #turn: Promise<void> = Promise.resolve();

  constructor(
    node: ContainerNode,
    container: Docker.Container,
    events: ContainerEvents,
    hooks: ContainerPowerHooks,
  ) {
    this.#node = node;
    this.#container = container;
    this.#hooks = hooks;
    events.onLife(container.id, {
      died: (end) => {
        this.#died(end);
      },
      started: () => {
        this.#inTurn(true, () => this.#restore());
      },
    });
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  async turnOff(): Promise<void> {
    if (!this.#isOn) return;
    this.#byUs = true;
    await Promise.all([this.#next(false), unlessNotRunning(this.#container.kill())]);
  }

  async turnOn(): Promise<void> {
    if (this.#isOn) return;
    const { GraphDriver } = (await this.#container.inspect()) as {
      readonly GraphDriver?: { readonly Data?: Readonly<Record<string, string>> | null };
    };
    emptyLayer(GraphDriver?.Data?.['UpperDir']);
    this.#hooks.renew();
    await Promise.all([this.#next(true), this.#container.start()]);
  }

  /** The lab ends: what becomes of the container is no business of ours any more. */
  release(): void {
    this.#released = true;
    if (this.#parking !== null) closeNamespaces({ net: this.#parking });
    this.#parking = null;
  }

  #died(end: NodeEnd): void {
    if (this.#released) return;
    this.#isOn = false;
    // open files on its namespace keep its interfaces up: its neighbours must lose carrier by our hand
    this.#hooks.setAlive(false);
    this.#hooks.changed(false, this.#byUs ? undefined : end);
    this.#byUs = false;
    this.#inTurn(false, () => {
      this.#park();
    });
  }

  #park(): void {
    this.#hooks.setAlive(false);
    this.#node.leave();
    if (this.#parking !== null) return;
    const parking = makeNamespaces({ files: false, pid: false }, () => undefined).net;
    this.#parking = parking;
    this.#node.inNet(() => {
      emptyNamespace(parking, this.#hooks.wired);
    });
  }

  async #restore(): Promise<void> {
    const { State } = await this.#container.inspect();
    const parking = this.#parking;
    // it may have ended again: its death has its turn as well
    if (!State.Running || parking === null) return;
    this.#node.enter(State.Pid);
    this.#node.inNet(() => {
      this.#hooks.prepare();
    });
    inNetns(parking, () => {
      moveWires(this.#node.netnsFd, this.#hooks.wired);
    });
    closeNamespaces({ net: parking });
    this.#parking = null;
    this.#node.inNet(() => {
      raiseWires(this.#hooks.wired);
    });
    this.#isOn = true;
    await this.#hooks.connect();
    this.#hooks.changed(true);
    await this.#hooks.serve();
  }

  #inTurn(forOn: boolean, body: () => void | Promise<void>): void {
    this.#turn = this.#turn
      .then(() => (this.#released ? undefined : body()))
      .then(
        () => {
          for (const waiting of this.#take(forOn)) waiting.resolve();
        },
        (error: unknown) => {
          const waiting = this.#take(forOn);
          if (waiting.length === 0) this.#hooks.failed(messageOf(error));
          for (const each of waiting) each.reject(error);
        },
      );
  }

  #next(forOn: boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting = [...this.#waiting, { forOn, resolve, reject }];
    });
  }

  #take(forOn: boolean): readonly Waiting[] {
    const taken = this.#waiting.filter((waiting) => waiting.forOn === forOn);
    this.#waiting = this.#waiting.filter((waiting) => waiting.forOn !== forOn);
    return taken;
  }
}

/** A container that is on its way down by itself needs no kill. */
async function unlessNotRunning(kill: Promise<unknown>): Promise<void> {
  try {
    await kill;
  } catch (error) {
    if ((error as { readonly statusCode?: number }).statusCode !== 409) throw error;
  }
}

/**
 * What a container wrote to its own layer outlives its end; a node that boots has the files of its image. Nothing is
 * mounted there while it is stopped. A store of another kind than overlay2 keeps them.
 */
function emptyLayer(upper: string | undefined): void {
  if (upper === undefined || !existsSync(upper)) return;
  for (const name of readdirSync(upper)) rmSync(join(upper, name), { recursive: true });
}
