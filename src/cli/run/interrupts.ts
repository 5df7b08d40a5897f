import { EXIT } from '../exit-code.ts';

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
  readonly #listeners = new Set<InterruptListener>();
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

  /** 128 + the number of the first signal, as shells say it; undefined: none came */
  get exitCode(): number | undefined {
    if (this.#seen === undefined) return undefined;
    return this.#seen === 'SIGTERM' ? EXIT.terminated : EXIT.interrupted;
  }

  /** Tells at once what came before. Gives back what ends the listening. */
  listen(listener: InterruptListener): () => void {
    this.#listeners.add(listener);
    if (this.#seen !== undefined) listener.first(this.#seen);
    return () => this.#listeners.delete(listener);
  }

  dispose(): void {
    for (const [signal, handler] of this.#handlers) process.off(signal, handler);
  }

  #on(signal: InterruptSignal): void {
    const isFirst = this.#seen === undefined;
    this.#seen ??= signal;
    for (const listener of this.#listeners) {
      if (isFirst) listener.first(signal);
      else listener.second(signal);
    }
  }
}
