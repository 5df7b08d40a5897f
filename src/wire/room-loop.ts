import { closeSync, openSync } from 'node:fs';
import { receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import { StampConverter, monotonicNs } from '../host/clock.ts';
import { DeadlineTimer, EPOLL, Epoll, clearEventFd } from '../host/epoll.ts';
import { libc } from '../host/libc.ts';
import { NetlinkSocket } from '../host/netlink-socket.ts';
import { Nftables } from '../host/nftables.ts';
import type { AddressMessage } from '../host/rtnetlink-address.ts';
import type { LinkMessage } from '../host/rtnetlink-link.ts';
import { NEUTRAL_STAGE } from './direction-state.ts';
import { netemOptions } from './netem-options.ts';
import { tryAbilities } from './room-abilities.ts';
import { RoomApplier } from './room-applier.ts';
import { RoomBeats, transferable } from './room-beats.ts';
import { RoomCapture } from './room-capture.ts';
import { RoomEdges } from './room-edges.ts';
import { RoomLinks, RoomAddresses, type LinkChange } from './room-links.ts';
import { ROOM_NSID, RoomListener } from './room-listener.ts';
import { RoomNodes } from './room-nodes.ts';
import { RoomWires } from './room-wires.ts';
import type { Wire } from './room-wire.ts';
import type { RoomReport, WireSpec } from './room.ts';
import type { RoomCommand, RoomMessage, RoomStart } from './room-protocol.ts';

const PR_SET_TIMERSLACK = 29;
/** how often the distance between the two clocks is measured again */
const SYNCHRONISE_NS = 10e9;
/** carrier comes within milliseconds; what has none by then never will */
const CARRIER_WITHIN_NS = 5e9;

interface WaitingForCarrier {
  readonly call: number;
  readonly wires: readonly Wire[];
  readonly untilNs: number;
}

/**
 * The room's thread: one epoll over the commands, the links of all namespaces, the capture, and one timer for edges,
 * beats and everything else that has its time. All of it is synchronous.
 */
export class RoomLoop {
  readonly #start: RoomStart;
  readonly #port: MessagePort;
  readonly #stop: Int32Array;
  readonly #epoll = new Epoll();
  readonly #timer = new DeadlineTimer();
  readonly #clock: StampConverter;
  readonly #socket = new NetlinkSocket();
  readonly #nft = new Nftables();
  readonly #netnsFd = openSync('/proc/thread-self/ns/net', 'r');
  readonly #links = new RoomLinks();
  readonly #addresses = new RoomAddresses();
  readonly #edges = new RoomEdges();
  readonly #nodes: RoomNodes;
  readonly #listener: RoomListener;
  readonly #wires: RoomWires;
  readonly #applier: RoomApplier;
  readonly #capture: RoomCapture;
  readonly #beats: RoomBeats;
  #reports: RoomReport[] = [];
  #waiting: WaitingForCarrier[] = [];
  #nextSynchroniseNs: number;
  #lastHeardNs = 0;
  /** what the timer is set to: it fires at `at`, and then every `every` (0: never again) */
  #armed = { at: Infinity, every: 0 };
  #open = true;

  constructor(start: RoomStart, port: MessagePort) {
    this.#start = start;
    this.#port = port;
    this.#stop = new Int32Array(start.stop);
    this.#clock = new StampConverter(start.originNs);
    this.#nextSynchroniseNs = this.#now() + SYNCHRONISE_NS;
    this.#nodes = new RoomNodes(this.#socket);
    this.#listener = new RoomListener(this.#listenerEvents());
    const abilities = tryAbilities(this.#socket, this.#netnsFd);
    const shared = { socket: this.#socket, nft: this.#nft, abilities };
    this.#wires = new RoomWires({
      ...shared,
      nodes: this.#nodes,
      links: this.#links,
      roomNetnsFd: this.#netnsFd,
      neutralNetem: abilities.netem ? netemOptions(NEUTRAL_STAGE) : Buffer.alloc(0),
      onPlanted: (wire) => {
        this.#capture.place(wire);
        this.#applier.wireRebuilt(wire);
      },
    });
    this.#applier = new RoomApplier({ ...shared, wires: this.#wires, now: this.#now });
    this.#capture = new RoomCapture(this.#clock);
    this.#beats = new RoomBeats(this.#clock, this.#now);
    // a sleep is late by 50 us otherwise
    libc.prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
    this.#say({ type: 'started', abilities });
  }

  run(): void {
    this.#epoll.add(this.#start.eventFd, EPOLL.IN);
    this.#epoll.add(this.#listener.fd, EPOLL.IN);
    this.#epoll.add(this.#capture.fd, EPOLL.IN + EPOLL.ONESHOT);
    this.#epoll.add(this.#timer.fd, EPOLL.IN + EPOLL.EDGE);
    while (this.#open && Atomics.load(this.#stop, 0) === 0) {
      this.#arm();
      this.#epoll.wait(this.#ready);
      this.#guarded(() => {
        this.#act();
      });
      this.#flush();
    }
    this.#shut();
  }

  readonly #now = (): number => monotonicNs() - this.#start.originNs;

  readonly #report = (report: RoomReport): void => {
    this.#reports.push(report);
  };

  /** A failure of ours or the kernel's is a report: the room goes on, the engine decides. */
  #guarded(body: () => void): void {
    try {
      body();
    } catch (error) {
      this.#report({
        type: 'error',
        message: error instanceof Error ? error.message : String(error),
      });
    }
  }

  readonly #ready = (fd: number): void => {
    this.#guarded(() => {
      if (fd === this.#timer.fd) this.#fired();
      else if (fd === this.#listener.fd) this.#listen();
      else if (fd === this.#capture.fd) this.#capture.heard(this.#now());
      else if (fd === this.#start.eventFd) this.#takeCommands();
    });
  };

  #listen(): void {
    this.#lastHeardNs = this.#now();
    this.#listener.drain();
  }

  /** Everything whose time has come. */
  #act(): void {
    let nowNs = this.#now();
    for (;;) {
      const edge = this.#edges.takeDue(nowNs);
      if (edge === undefined) break;
      this.#report(this.#applier.apply(edge));
      nowNs = this.#now();
    }
    if (this.#beats.nextNs <= nowNs) this.#beats.act(nowNs, this.#report);
    if (this.#applier.dueNs <= nowNs) this.#applier.settle();
    if (this.#capture.dueNs <= nowNs) this.#drainCapture(nowNs);
    if (this.#nextSynchroniseNs <= nowNs) {
      this.#clock.synchronise();
      this.#nextSynchroniseNs = nowNs + SYNCHRONISE_NS;
    }
    if (this.#waiting.length > 0) this.#lookForCarrier(nowNs);
  }

  #drainCapture(nowNs: number): void {
    this.#capture.drain(nowNs, this.#report);
    this.#epoll.change(this.#capture.fd, EPOLL.IN + EPOLL.ONESHOT);
  }

  /** The timer of a regular beat needs no setting for each: it is periodic as long as nothing else comes first. */
  #arm(): void {
    const beatNs = this.#beats.nextNs;
    const at = Math.min(
      beatNs,
      this.#edges.nextNs,
      this.#applier.dueNs,
      this.#capture.dueNs,
      ...this.#waiting.map(({ untilNs }) => untilNs),
    );
    if (this.#armed.at === at) return;
    if (at === Infinity) {
      this.#timer.disarm();
      this.#armed = { at, every: 0 };
      return;
    }
    const every = at === beatNs ? this.#beats.intervalNs : 0;
    this.#timer.arm(at + this.#start.originNs, every);
    this.#armed = { at, every };
  }

  #fired(): void {
    const { at, every } = this.#armed;
    this.#armed = { at: every > 0 ? at + every : Infinity, every };
  }

  #takeCommands(): void {
    clearEventFd(this.#start.eventFd);
    for (;;) {
      const received = receiveMessageOnPort(this.#port) as { message: RoomCommand } | undefined;
      if (received === undefined) return;
      this.#obey(received.message);
    }
  }

  #obey(command: RoomCommand): void {
    if (!('call' in command)) {
      this.#guarded(() => {
        this.#order(command);
      });
      return;
    }
    const { call } = command;
    try {
      this.#answer(command);
    } catch (error) {
      const { message, stack = '' } = error instanceof Error ? error : new Error(String(error));
      this.#say({ type: 'failed', call, message, stack });
    }
  }

  #order(command: Exclude<RoomCommand, { call: number }>): void {
    switch (command.type) {
      case 'set-node-alive':
        this.#nodes.setAlive(command.node, command.alive);
        this.#wires.nodeChanged(command.node);
        return;
      case 'schedule':
        this.#applier.warmUp(command.edge.wants);
        this.#edges.add(command.edge);
        return;
      case 'cancel-edges':
        this.#edges.clear();
        return;
      case 'start-beat':
        this.#beats.start(command.beat, this.#now());
        return;
      case 'stop-beat':
        this.#beats.stop(command.id, this.#report);
        return;
      default:
        command satisfies never;
    }
  }

  #answer(command: Extract<RoomCommand, { call: number }>): void {
    const { call } = command;
    const returned = (): void => {
      this.#flush();
      this.#say({ type: 'returned', call });
    };
    switch (command.type) {
      case 'watch-node':
        this.#watch(command.node, command.netnsFd, returned);
        return;
      case 'add-wires':
        this.#addWires(call, command.wires);
        return;
      case 'read-doses':
        returned();
        return;
      case 'close':
        this.#open = false;
        this.#drainCapture(this.#now());
        returned();
        return;
      default:
        command satisfies never;
    }
  }

  #watch(node: string, netnsFd: number, done: () => void): void {
    if (this.#nodes.meet(node, netnsFd)) {
      this.#listener.watch(this.#nodes.byName(node)?.nsid ?? ROOM_NSID, done);
    } else done();
  }

  #addWires(call: number, specs: readonly WireSpec[]): void {
    for (const end of specs.flatMap(({ a, b }) => [a, b])) {
      this.#watch(end.node, end.netnsFd, () => undefined);
    }
    this.#listen();
    const wires = this.#wires.add(specs, () => {
      this.#listen();
    });
    this.#waiting.push({ call, wires, untilNs: this.#now() + CARRIER_WITHIN_NS });
  }

  #lookForCarrier(nowNs: number): void {
    this.#waiting = this.#waiting.filter(({ call, wires, untilNs }) => {
      const without = this.#wires.withoutCarrier(wires);
      if (without.length === 0) {
        this.#flush();
        this.#say({ type: 'returned', call });
        return false;
      }
      if (nowNs < untilNs) return true;
      const names = without.map(({ spec }) => `${spec.node}:${spec.interface}`).join(', ');
      this.#say({ type: 'failed', call, message: `no carrier at ${names}`, stack: '' });
      return false;
    });
  }

  #listenerEvents(): ConstructorParameters<typeof RoomListener>[0] {
    const changed = (nsid: number, change: LinkChange): void => {
      this.#wires.linkChanged(nsid, change);
      const node = this.#nodes.byNsid(nsid);
      if (node !== undefined) {
        this.#report(this.#links.report(this.#lastHeardNs, node.name, nsid, change));
      }
    };
    return {
      link: (nsid: number, message: LinkMessage) => {
        const change = this.#links.apply(nsid, message);
        if (change !== undefined) changed(nsid, change);
      },
      address: (nsid: number, message: AddressMessage) => {
        this.#addressChanged(nsid, message);
      },
      linkDumpBegan: (nsid) => {
        this.#links.dumpBegan(nsid);
      },
      linkDumpEnded: (nsid) => {
        for (const change of this.#links.dumpEnded(nsid)) changed(nsid, change);
      },
      lost: () => {
        const tNs = this.#now();
        this.#report({ type: 'gap', source: 'netlink', lost: 1, sinceNs: this.#lastHeardNs, tNs });
      },
    };
  }

  #addressChanged(nsid: number, message: AddressMessage): void {
    const node = this.#nodes.byNsid(nsid);
    if (node === undefined || !this.#addresses.apply(nsid, message)) return;
    this.#report({
      type: 'address',
      tNs: this.#lastHeardNs,
      node: node.name,
      interface: this.#links.get(nsid, message.index)?.name ?? `if${String(message.index)}`,
      address: message.address,
      present: message.present,
    });
  }

  #flush(): void {
    if (this.#reports.length === 0) return;
    const reports = this.#reports;
    this.#reports = [];
    this.#port.postMessage(
      { type: 'reports', reports } satisfies RoomMessage,
      transferable(reports),
    );
  }

  #say(message: RoomMessage): void {
    this.#port.postMessage(message);
  }

  #shut(): void {
    this.#capture.close();
    this.#listener.close();
    this.#socket.close();
    this.#nft.close();
    this.#timer.close();
    this.#epoll.close();
    closeSync(this.#netnsFd);
  }
}
