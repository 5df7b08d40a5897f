import { messageOf } from '../errors.ts';
import { receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import { StampConverter, monotonicNs } from '../host/clock.ts';
import { DeadlineTimer, EPOLL, Epoll, clearEventFd } from '../host/epoll.ts';
import { libc, SystemCallError } from '../host/libc.ts';
import { transferable } from './room-beat.ts';
import { RoomCommands } from './room-commands.ts';
import { makeParts, type RoomParts } from './room-parts.ts';
import type { RoomReport } from './room.ts';
import type { RoomCommand, RoomMessage, RoomStart } from './room-protocol.ts';

const PR_SET_TIMERSLACK = 29;
const SCHED_FIFO = 1;
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
  readonly #parts: RoomParts;
  readonly #commands: RoomCommands;
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
    const report = this.#report;
    this.#parts = makeParts({
      clock: this.#clock,
      now: this.#now,
      report,
      epoll: this.#epoll,
      originNs: start.originNs,
      options: start.options,
    });
    this.#commands = new RoomCommands({
      parts: this.#parts,
      now: this.#now,
      report,
      say: this.#say,
      close: () => {
        this.#open = false;
        this.#drainCapture(this.#now());
      },
    });
    comeFirst();
    this.#say({ type: 'started', abilities: this.#parts.abilities });
  }

  /** Until the room is closed or the process ends. */
  run(): void {
    const { news, beats } = this.#parts;
    this.#epoll.add(this.#start.eventFd, EPOLL.IN);
    this.#epoll.add(news.fd, EPOLL.IN);
    this.#epoll.add(this.#timer.fd, EPOLL.IN + EPOLL.EDGE);
    while (this.#open && Atomics.load(this.#stop, 0) === 0) {
      this.#arm();
      (beats.train ?? this.#epoll).wait(this.#ready);
      this.#guarded(this.#act);
      this.#flush();
    }
    this.#parts.close();
    this.#timer.close();
    this.#epoll.close();
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
      const message = messageOf(error);
      this.#report({ type: 'error', message });
    }
  }

  readonly #ready = (fd: number): void => {
    const { news, capture } = this.#parts;
    if (fd === this.#timer.fd) this.#armedNs = Infinity;
    else if (capture.has(fd)) capture.heard(this.#now());
    else if (fd === news.fd) this.#guarded(this.#hear);
    else if (fd === this.#start.eventFd) this.#takeCommands();
  };

  readonly #hear = (): void => {
    this.#parts.news.take();
    this.#parts.carrierWait.look(this.#now());
  };

  /** Everything whose time has come. */
  readonly #act = (): void => {
    const { edges, applier, beats, capture, carrierWait, senders, traffic, gauge } = this.#parts;
    let nowNs = this.#now();
    for (;;) {
      const edge = edges.takeDue(nowNs);
      if (edge === undefined) break;
      this.#reports.push(...applier.apply(edge));
      nowNs = this.#now();
    }
    if (senders.dueNs <= nowNs) senders.act(nowNs);
    if (traffic.dueNs <= nowNs) traffic.act(nowNs, this.#report);
    if (beats.isDue(nowNs)) beats.act(nowNs, this.#report);
    if (applier.dueNs <= nowNs) applier.settle();
    if (gauge.dueNs <= nowNs) gauge.act(nowNs);
    if (capture.dueNs <= nowNs) this.#drainCapture(nowNs);
    if (carrierWait.dueNs <= nowNs) carrierWait.look(nowNs);
    if (this.#nextSynchroniseNs <= nowNs) {
      this.#clock.synchronise();
      this.#nextSynchroniseNs = nowNs + SYNCHRONISE_NS;
    }
  };

  #drainCapture(nowNs: number): void {
    this.#parts.capture.drain(nowNs, this.#report);
  }

  #arm(): void {
    const { edges, applier, beats, capture, carrierWait, senders, traffic, gauge } = this.#parts;
    const at = Math.min(
      beats.nextNs,
      edges.nextNs,
      applier.dueNs,
      capture.dueNs,
      carrierWait.dueNs,
      senders.dueNs,
      traffic.dueNs,
      gauge.dueNs,
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
      this.#guarded(() => {
        this.#commands.obey(received.message);
      });
    }
  }

  #flush(): void {
    if (this.#reports.length === 0) return;
    const reports = this.#reports;
    this.#reports = [];
    const message: RoomMessage = { type: 'reports', reports };
    this.#port.postMessage(message, transferable(reports));
  }

  /** Reports that wait go first: whoever gets an answer has heard what led to it. */
  readonly #say = (message: RoomMessage): void => {
    this.#flush();
    this.#port.postMessage(message);
  };
}

/**
 * This thread mostly sleeps, and is to run when its time comes: a sleep is late by 50 us otherwise, or by as long as the
 * engine's own thread goes on (8 ms were seen in the warp clock). Without the right to it, it is late now and then.
 */
function comeFirst(): void {
  libc.prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
  const lowestOfThem = Buffer.from([1, 0, 0, 0]);
  try {
    libc.sched_setscheduler(0, SCHED_FIFO, lowestOfThem);
  } catch (error) {
    if (!(error instanceof SystemCallError) || error.code !== 'EPERM') throw error;
  }
}
