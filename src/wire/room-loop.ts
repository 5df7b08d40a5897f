import { closeSync, openSync } from 'node:fs';
import { receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import { StampConverter, monotonicNs } from '../host/clock.ts';
import { DeadlineTimer, EPOLL, Epoll, clearEventFd } from '../host/epoll.ts';
import { libc } from '../host/libc.ts';
import { NetlinkSocket } from '../host/netlink-socket.ts';
import { Nftables } from '../host/nftables.ts';
import { NEUTRAL_STAGE } from './direction-state.ts';
import { netemOptions } from './netem-options.ts';
import { tryAbilities } from './room-abilities.ts';
import { RoomApplier } from './room-applier.ts';
import { CarrierWait } from './room-carrier-wait.ts';
import { RoomBeats, transferable } from './room-beats.ts';
import { RoomCapture } from './room-capture.ts';
import { RoomEdges } from './room-edges.ts';
import { RoomNews } from './room-news.ts';
import { RoomWires } from './room-wires.ts';
import type { RoomReport, WireSpec } from './room.ts';
import type { RoomCommand, RoomMessage, RoomStart } from './room-protocol.ts';

const PR_SET_TIMERSLACK = 29;
/** how often the distance between the two clocks is measured again */
const SYNCHRONISE_NS = 10e9;

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
  readonly #edges = new RoomEdges();
  readonly #news: RoomNews;
  readonly #wires: RoomWires;
  readonly #applier: RoomApplier;
  readonly #capture: RoomCapture;
  readonly #beats: RoomBeats;
  readonly #carrierWait: CarrierWait;
  #reports: RoomReport[] = [];
  #nextSynchroniseNs: number;
  /** when the timer fires; Infinity: it is not set */
  #armedNs = Infinity;
  #open = true;

  constructor(start: RoomStart, port: MessagePort) {
    this.#start = start;
    this.#port = port;
    this.#stop = new Int32Array(start.stop);
    this.#clock = new StampConverter(start.originNs);
    this.#nextSynchroniseNs = this.#now() + SYNCHRONISE_NS;
    this.#news = new RoomNews({
      socket: this.#socket,
      now: this.#now,
      report: this.#report,
      onLink: (nsid, change) => this.#wires.linkChanged(nsid, change),
    });
    const abilities = tryAbilities(this.#socket, this.#netnsFd);
    const shared = { socket: this.#socket, nft: this.#nft, abilities };
    this.#wires = new RoomWires({
      ...shared,
      nodes: this.#news.nodes,
      links: this.#news.links,
      roomNetnsFd: this.#netnsFd,
      neutralNetem: abilities.netem ? netemOptions(NEUTRAL_STAGE) : Buffer.alloc(0),
      onPlanted: (wire) => {
        this.#capture.place(wire);
        this.#applier.wireRebuilt(wire);
      },
    });
    this.#carrierWait = new CarrierWait(this.#wires);
    this.#applier = new RoomApplier({ ...shared, wires: this.#wires, now: this.#now });
    this.#capture = new RoomCapture(this.#clock);
    this.#beats = new RoomBeats(this.#clock, this.#now);
    // a sleep is late by 50 us otherwise
    libc.prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
    this.#say({ type: 'started', abilities });
  }

  run(): void {
    this.#epoll.add(this.#start.eventFd, EPOLL.IN);
    this.#epoll.add(this.#news.fd, EPOLL.IN);
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
      if (fd === this.#timer.fd) this.#armedNs = Infinity;
      else if (fd === this.#news.fd) this.#listen();
      else if (fd === this.#capture.fd) this.#capture.heard(this.#now());
      else if (fd === this.#start.eventFd) this.#takeCommands();
    });
  };

  #listen(): void {
    this.#news.take();
    this.#carrierWait.look(this.#now());
  }

  /** Everything whose time has come. */
  #act(): void {
    let nowNs = this.#now();
    for (;;) {
      const edge = this.#edges.takeDue(nowNs);
      if (edge === undefined) break;
      this.#reports.push(...this.#applier.apply(edge));
      nowNs = this.#now();
    }
    if (this.#beats.nextNs <= nowNs) this.#beats.act(nowNs, this.#report);
    if (this.#applier.dueNs <= nowNs) this.#applier.settle();
    if (this.#capture.dueNs <= nowNs) this.#drainCapture(nowNs);
    if (this.#nextSynchroniseNs <= nowNs) {
      this.#clock.synchronise();
      this.#nextSynchroniseNs = nowNs + SYNCHRONISE_NS;
    }
    if (this.#carrierWait.dueNs <= nowNs) this.#carrierWait.look(nowNs);
  }

  #drainCapture(nowNs: number): void {
    this.#capture.drain(nowNs, this.#report);
    this.#epoll.change(this.#capture.fd, EPOLL.IN + EPOLL.ONESHOT);
  }

  #arm(): void {
    const at = Math.min(
      this.#beats.nextNs,
      this.#edges.nextNs,
      this.#applier.dueNs,
      this.#capture.dueNs,
      this.#carrierWait.dueNs,
    );
    if (this.#armedNs === at) return;
    this.#armedNs = at;
    if (at === Infinity) this.#timer.disarm();
    else this.#timer.arm(at + this.#start.originNs);
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
        this.#news.nodes.setAlive(command.node, command.alive);
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
        this.#news.watch(command.node, command.netnsFd, returned);
        return;
      case 'add-wires':
        this.#addWires(command.wires, (failure) => {
          if (failure === undefined) returned();
          else this.#say({ type: 'failed', call, message: failure, stack: '' });
        });
        return;
      case 'read-doses':
        this.#reports.push(...this.#applier.doses());
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

  #addWires(specs: readonly WireSpec[], done: (failure?: string) => void): void {
    for (const end of specs.flatMap(({ a, b }) => [a, b])) {
      this.#news.watch(end.node, end.netnsFd, () => undefined);
    }
    this.#news.take();
    const wires = this.#wires.add(specs, () => {
      this.#news.take();
    });
    this.#carrierWait.add(wires, this.#now(), done);
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
    this.#applier.close();
    this.#news.close();
    this.#socket.close();
    this.#nft.close();
    this.#timer.close();
    this.#epoll.close();
    closeSync(this.#netnsFd);
  }
}
