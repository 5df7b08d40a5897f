export type InterruptSignal = 'SIGINT' | 'SIGTERM';

export interface InterruptListener {
  first(signal: InterruptSignal): void;
  second(signal: InterruptSignal): void;
}

/**
 * Ctrl-C and SIGTERM reach this process alone (sandboxes have sessions of their own). The first one asks, the second
 * one kills. SIGHUP (the terminal is gone) is a SIGTERM.
 */
export class Interrupts {
  #seen: InterruptSignal | undefined;
  #listener: InterruptListener | undefined;
  readonly #handlers: readonly (readonly [NodeJS.Signals, () => void])[];

  constructor() {
    this.#handlers = [
      ['SIGINT', () => this.#on('SIGINT')],
      ['SIGTERM', () => this.#on('SIGTERM')],
      ['SIGHUP', () => this.#on('SIGTERM')],
    ];
    for (const [signal, handler] of this.#handlers) process.on(signal, handler);
  }

  /** the first signal that came */
  get seen(): InterruptSignal | undefined {
    return this.#seen;
  }

  /** Who hears of it now; undefined: nobody, it is only remembered. Tells at once what came before. */
  listen(listener: InterruptListener | undefined): void {
    this.#listener = listener;
    if (this.#seen !== undefined) listener?.first(this.#seen);
  }

  dispose(): void {
    for (const [signal, handler] of this.#handlers) process.off(signal, handler);
  }

  #on(signal: InterruptSignal): void {
    if (this.#seen === undefined) {
      this.#seen = signal;
      this.#listener?.first(signal);
    } else {
      this.#listener?.second(signal);
    }
  }
}
