export interface AgendaItem<T> {
  /** items with one key are one item: it is done once */
  readonly key: string;
  /** ns since ready */
  readonly atNs: number;
  readonly what: T;
}

/** Sleep until a moment (ns since ready), or until woken. */
export type SleepUntil = (atNs: number, signal: AbortSignal) => Promise<void>;

/** Things to be done at their moments, one after the other, while what is still to come may be replaced. */
export class Agenda<T> {
  readonly #sleepUntil: SleepUntil;
  readonly #done = new Set<string>();
  #items: readonly AgendaItem<T>[] = [];
  #isLast = false;
  #wake = new AbortController();

  constructor(sleepUntil: SleepUntil) {
    this.#sleepUntil = sleepUntil;
  }

  /** Nothing of what is planned is left. */
  get isDone(): boolean {
    return this.#items.every(({ key }) => this.#done.has(key));
  }

  /** These from now on, in order of time; what was done of them is not done again. */
  plan(items: readonly AgendaItem<T>[]): void {
    this.#items = items;
    this.#wake.abort();
  }

  /** Nothing comes after what is planned. */
  finish(): void {
    this.#isLast = true;
    this.#wake.abort();
  }

  async run(act: (what: T, atNs: number) => Promise<void>, signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const next = this.#items.find(({ key }) => !this.#done.has(key));
      if (next === undefined && this.#isLast) return;
      this.#wake = new AbortController();
      const { signal: woken } = this.#wake;
      try {
        await this.#sleepUntil(next?.atNs ?? Infinity, AbortSignal.any([signal, woken]));
      } catch (error) {
        if (woken.aborted && !signal.aborted) continue;
        throw error;
      }
      if (next === undefined) continue;
      this.#done.add(next.key);
      await act(next.what, next.atNs);
    }
  }
}
