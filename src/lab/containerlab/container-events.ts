import { constants } from 'node:os';
import type Docker from 'dockerode';
import type { NodeEnd } from '../lab.ts';

/** An HTTP answer that goes on until it is ended. */
type EventStream = NodeJS.ReadableStream & { destroy(): void };

interface DockerEvent {
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes: Readonly<Record<string, string>> };
}

/** What becomes of a container as a whole. */
export interface LifeListener {
  /** its first process ended, and with it all others */
  died(end: NodeEnd): void;
  /** it runs again, in another network namespace */
  started(): void;
}

/** What Docker says of the containers of one lab: one stream for all of them. */
export class ContainerEvents {
  readonly #stream: EventStream;
  readonly #execs = new Map<string, (code: number) => void>();
  readonly #lives = new Map<string, LifeListener>();
  /** of execs that ended before anybody asked */
  readonly #ended = new Map<string, number>();
  /** containers that the kernel has killed a process of, for want of memory, since they started */
  readonly #outOfMemory = new Set<string>();
  #rest = '';

  private constructor(stream: EventStream) {
    this.#stream = stream;
    stream.setEncoding('utf8');
    stream.on('data', (chunk: string) => {
      this.#take(chunk);
    });
    // a daemon that ends takes the stream with it
    stream.on('error', () => undefined);
  }

  static async watch(docker: Docker, lab: string): Promise<ContainerEvents> {
    const stream = await docker.getEvents({
      filters: { type: ['container'], label: [`containerlab=${lab}`] },
    });
    return new ContainerEvents(stream as EventStream);
  }

  /** `listener` gets the exit code, once; at once where the exec has ended already. */
  onExecEnd(exec: string, listener: (code: number) => void): void {
    const code = this.#ended.get(exec);
    if (code === undefined) this.#execs.set(exec, listener);
    else listener(code);
  }

  /** @param container its whole id */
  onLife(container: string, listener: LifeListener): void {
    this.#lives.set(container, listener);
  }

  close(): void {
    this.#stream.destroy();
  }

  /** A JSON object per line; a chunk may hold several, or a part of one. */
  #take(chunk: string): void {
    const lines = (this.#rest + chunk).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') this.#hear(JSON.parse(line) as DockerEvent);
  }

  #hear({ Action, Actor: { ID: container, Attributes } }: DockerEvent): void {
    const { execID, exitCode } = Attributes;
    switch (Action) {
      case 'exec_die':
        this.#execEnded(execID ?? '', Number(exitCode));
        return;
      case 'oom':
        this.#outOfMemory.add(container);
        return;
      case 'die': {
        const outOfMemory = this.#outOfMemory.delete(container);
        this.#lives.get(container)?.died({ ...endOf(Number(exitCode)), outOfMemory });
        return;
      }
      case 'start':
        this.#lives.get(container)?.started();
    }
  }

  #execEnded(exec: string, code: number): void {
    const listener = this.#execs.get(exec);
    this.#execs.delete(exec);
    if (listener === undefined) this.#ended.set(exec, code);
    else listener(code);
  }
}

/** The program itself was started: what is a shell's way to say "by a signal" is Docker's too. */
export function endOf(code: number): {
  readonly code: number | null;
  readonly signal: string | null;
} {
  const signal = Object.entries(constants.signals).find(([, number]) => number === code - 128)?.[0];
  return signal === undefined ? { code, signal: null } : { code: null, signal };
}
