import { connect, type Socket } from 'node:net';

/** What a daemon said, and its return code (0: CMD_SUCCESS, lib/command.h of FRR). */
export interface VtyAnswer {
  readonly code: number;
  readonly text: string;
}

/** After its text a daemon sends three NULs and the return code. */
const TRAILER_BYTES = 4;

/**
 * A daemon's vty socket, as vtysh uses it: a command ends with NUL. The connection stays open (0.03-0.23 ms a query,
 * against 24 ms for vtysh) and is made anew after it broke. One query at a time.
 */
export class FrrVty {
  readonly #path: () => string;
  #socket: Socket | null = null;
  #received: Buffer[] = [];
  #waiting: { resolve(answer: VtyAnswer | null): void } | null = null;

  /** @param path asked at each connection: a node that starts again has another file system */
  constructor(path: () => string) {
    this.#path = path;
  }

  get busy(): boolean {
    return this.#waiting !== null;
  }

  /** Null when there is no daemon, or it went away before it had answered. */
  query(command: string): Promise<VtyAnswer | null> {
    if (this.#waiting !== null) throw new Error(`a query is under way on ${this.#path()}`);
    return new Promise((resolve) => {
      this.#waiting = { resolve };
      this.#socket ??= this.#open();
      this.#socket.write(`${command}\0`);
    });
  }

  close(): void {
    this.#socket?.destroy();
    this.#lost(this.#socket);
  }

  #open(): Socket {
    const socket = connect(this.#path());
    socket.on('data', (data) => {
      if (socket === this.#socket) this.#take(data);
    });
    // 'close' follows, and says all that matters
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#lost(socket);
    });
    return socket;
  }

  #take(data: Buffer): void {
    this.#received.push(data);
    const answer = completeAnswer(this.#received);
    if (answer === null) return;
    this.#received = [];
    this.#finish(answer);
  }

  #lost(socket: Socket | null): void {
    if (socket !== this.#socket) return;
    this.#socket = null;
    this.#received = [];
    this.#finish(null);
  }

  #finish(answer: VtyAnswer | null): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.resolve(answer);
  }
}

function completeAnswer(received: readonly Buffer[]): VtyAnswer | null {
  const bytes = received.length === 1 ? received[0]! : Buffer.concat(received);
  const end = bytes.length - TRAILER_BYTES;
  if (end < 0 || bytes[end] !== 0 || bytes[end + 1] !== 0 || bytes[end + 2] !== 0) return null;
  return { code: bytes[end + 3] ?? 0, text: bytes.toString('utf8', 0, end) };
}
