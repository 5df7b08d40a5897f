import { createRequire } from 'node:module';
import { MessageChannel, Worker, type MessagePort, type WorkerOptions } from 'node:worker_threads';
import { ChaosError } from '../errors.ts';
import { openEventFd, ringEventFd } from '../host/epoll.ts';
import { libc } from '../host/libc.ts';
import type {
  BeatSpec,
  Room,
  RoomAbilities,
  RoomEdge,
  RoomOptions,
  RoomReport,
  WireSpec,
} from './room.ts';
import type { RoomCommand, RoomMessage, RoomStart } from './room-protocol.ts';
import type { WireWant } from './want.ts';

/**
 * Start the room's worker in the network namespace that this thread is in: call it before the first node is raised
 * (a thread is born where its parent is). What is asked of it waits until it has started, so nodes can be raised
 * meanwhile. `origin` is the CLOCK_MONOTONIC time (process.hrtime.bigint()) that is lab ns 0.
 */
export function startRoom(origin: bigint, options: RoomOptions): Room {
  return new WorkerRoom(Number(origin), options);
}

/** The product runs what tsc made of the sources. Tests run the sources: tsx has to be told of a worker (Node 20). */
function newWorker(options: WorkerOptions): Worker {
  if (!import.meta.url.endsWith('.ts')) {
    return new Worker(new URL('./room-worker.js', import.meta.url), options);
  }
  // what require finds is the CommonJS form, which cannot register hooks from a worker
  const found = createRequire(import.meta.url).resolve('tsx/esm/api');
  const tsx = JSON.stringify(found.replace(/\.cjs$/, '.mjs'));
  const worker = JSON.stringify(new URL('./room-worker.ts', import.meta.url).href);
  const code = `import(${tsx}).then(({ register }) => { register(); return import(${worker}); });`;
  return new Worker(code, { ...options, eval: true, execArgv: [] });
}

type CallCommand = Extract<RoomCommand, { call: number }>;
type WithoutCall<C> = C extends CallCommand ? Omit<C, 'call'> : never;

interface PendingCall {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

class WorkerRoom implements Room {
  readonly started: Promise<RoomAbilities>;
  readonly #originNs: number;
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #eventFd: number;
  readonly #stop = new SharedArrayBuffer(4);
  readonly #calls = new Map<number, PendingCall>();
  readonly #listeners: ((reports: readonly RoomReport[]) => void)[] = [];
  #hasStarted!: (abilities: RoomAbilities) => void;
  #hasNotStarted!: (error: Error) => void;
  #failure: Error | undefined;
  #lastCall = 0;
  #closed = false;

  constructor(originNs: number, options: RoomOptions) {
    this.#originNs = originNs;
    this.#eventFd = openEventFd();
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    const start: RoomStart = { originNs, eventFd: this.#eventFd, stop: this.#stop, options };
    this.#worker = newWorker({ workerData: { start, port: port2 }, transferList: [port2] });
    this.started = new Promise((resolve, reject) => {
      this.#hasStarted = resolve;
      this.#hasNotStarted = reject;
    });
    // who does not wait for it is told at the first call
    this.started.catch(() => undefined);
    port1.on('message', (message: RoomMessage) => {
      this.#receive(message);
    });
    this.#worker.on('error', (error) => {
      this.#fail(error instanceof Error ? error : new Error(String(error)));
    });
    this.#worker.on('exit', () => {
      if (!this.#closed) this.#fail(new Error('the room worker ended'));
    });
    process.on('exit', this.#onProcessExit);
  }

  now(): number {
    const [seconds, ns] = process.hrtime();
    return seconds * 1e9 + ns - this.#originNs;
  }

  watchNode(node: string, netnsFd: number): Promise<void> {
    return this.#call({ type: 'watch-node', node, netnsFd });
  }

  addWires(wires: readonly WireSpec[]): Promise<void> {
    return this.#call({ type: 'add-wires', wires });
  }

  setNodeAlive(node: string, alive: boolean): void {
    this.#send({ type: 'set-node-alive', node, alive });
  }

  schedule(edge: RoomEdge): void {
    this.#send({ type: 'schedule', edge });
  }

  replaceEdges(edges: readonly RoomEdge[]): void {
    this.#send({ type: 'replace-edges', edges });
  }

  warmUp(wants: readonly WireWant[]): void {
    this.#send({ type: 'warm-up', wants });
  }

  startBeat(beat: BeatSpec): void {
    this.#send({ type: 'start-beat', beat });
  }

  stopBeat(id: string): void {
    this.#send({ type: 'stop-beat', id });
  }

  watchTraffic(everyNs: number): void {
    this.#send({ type: 'watch-traffic', everyNs });
  }

  readDoses(): Promise<void> {
    return this.#call({ type: 'read-doses' });
  }

  onReport(listener: (reports: readonly RoomReport[]) => void): void {
    this.#listeners.push(listener);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    const ended = new Promise((resolve) => this.#worker.once('exit', resolve));
    const answered = this.#call({ type: 'close' });
    this.#closed = true;
    await answered;
    await ended;
    process.off('exit', this.#onProcessExit);
    this.#port.close();
    libc.close(this.#eventFd);
  }

  /** The process waits for its threads when it ends, and this one sleeps in a system call: wake it. */
  readonly #onProcessExit = (): void => {
    Atomics.store(new Int32Array(this.#stop), 0, 1);
    ringEventFd(this.#eventFd);
  };

  #call(command: WithoutCall<RoomCommand>): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const call = ++this.#lastCall;
    return new Promise((resolve, reject) => {
      this.#calls.set(call, { resolve, reject });
      this.#send({ ...command, call });
    });
  }

  #send(command: RoomCommand): void {
    if (this.#closed) return;
    this.#port.postMessage(command);
    ringEventFd(this.#eventFd);
  }

  #receive(message: RoomMessage): void {
    switch (message.type) {
      case 'started':
        this.#hasStarted(message.abilities);
        return;
      case 'reports':
        for (const listener of this.#listeners) listener(message.reports);
        return;
      case 'returned':
        this.#settle(message.call)?.resolve();
        return;
      case 'failed': {
        const cause = new Error(message.stack);
        const error = new ChaosError('lab-failed', `wire room: ${message.message}`, { cause });
        this.#settle(message.call)?.reject(error);
        return;
      }
      default:
        message satisfies never;
    }
  }

  #settle(call: number): PendingCall | undefined {
    const pending = this.#calls.get(call);
    this.#calls.delete(call);
    return pending;
  }

  /** Nothing more will come from the worker. */
  #fail(cause: Error): void {
    const error = new ChaosError('bug', `wire room: ${cause.message}`, { cause });
    this.#failure = error;
    this.#hasNotStarted(error);
    const waiting = [...this.#calls.values()];
    this.#calls.clear();
    for (const call of waiting) call.reject(error);
    const report: RoomReport = { type: 'error', message: error.message };
    for (const listener of this.#listeners) listener([report]);
  }
}
