import type Docker from 'dockerode';

/** An HTTP answer that goes on until it is ended. */
type EventStream = NodeJS.ReadableStream & { destroy(): void };

interface DockerEvent {
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes: Readonly<Record<string, string>> };
}

/** What Docker says of the containers of one lab: one stream for all of them. */
export class ContainerEvents {
  readonly #stream: EventStream;
  readonly #execs = new Map<string, (code: number) => void>();
  readonly #deaths = new Map<string, () => void>();
  /** of execs that ended before anybody asked */
  readonly #ended = new Map<string, number>();
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

  /** The container's first process ended, and with it all others. */
  onDeath(container: string, listener: () => void): void {
    this.#deaths.set(container, listener);
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

  #hear({ Action, Actor }: DockerEvent): void {
    const { execID, exitCode } = Actor.Attributes;
    if (Action === 'exec_die' && execID !== undefined) {
      const listener = this.#execs.get(execID);
      this.#execs.delete(execID);
      if (listener === undefined) this.#ended.set(execID, Number(exitCode));
      else listener(Number(exitCode));
    } else if (Action === 'die') this.#deaths.get(Actor.ID)?.();
  }
}
