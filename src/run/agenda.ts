export interface AgendaItem<T> {
  /** items with one key are one item: it is done once */
  readonly key: string;
  /** ns since ready */
  readonly atNs: number;
  readonly what: T;
}

/** Sleep until a moment (ns since ready), or until woken. */
export type SleepUntil = (atNs: number, signal: AbortSignal) => Promise<void>;

/** Things that begin at their moments, however long others take, while what is still to come may be replaced. */
export class Agenda<T> {
  readonly #sleepUntil: SleepUntil;
  readonly #ended: () => void;
  readonly #begun = new Set<string>();
  readonly #acting = new Set<Promise<void>>();
  #items: readonly AgendaItem<T>[] = [];
  #isLast = false;
  #wake = new AbortController();

  /** @param ended one of them is over: look whether all is done */
  constructor(sleepUntil: SleepUntil, ended: () => void = () => undefined) {
    this.#sleepUntil = sleepUntil;
    this.#ended = ended;
  }

  /** Nothing of what is planned is left, and nothing goes on. */
  get isDone(): boolean {
    return this.#acting.size === 0 && this.#items.every(({ key }) => this.#begun.has(key));
  }

  /** These from now on, in order of time; what was begun of them is not done again. */
  plan(items: readonly AgendaItem<T>[]): void {
    this.#items = items;
    this.#wake.abort();
  }

  /** Nothing comes after what is planned. */
  finish(): void {
    this.#isLast = true;
    this.#wake.abort();
  }

  /** Resolves when all is done. @throws what the first that fails throws, and when aborted, without waiting for others */
  async run(act: (what: T, atNs: number) => Promise<void>, signal: AbortSignal): Promise<void> {
    const failure = new AbortController();
    const over = AbortSignal.any([signal, failure.signal]);
    for (;;) {
      over.throwIfAborted();
      const next = this.#items.find(({ key }) => !this.#begun.has(key));
      if (this.#isLast && this.isDone) return;
      this.#wake = new AbortController();
      const { signal: woken } = this.#wake;
      try {
        await this.#sleepUntil(next?.atNs ?? Infinity, AbortSignal.any([over, woken]));
      } catch (error) {
        if ((woken.aborted || failure.signal.aborted) && !signal.aborted) continue;
        throw error;
      }
      if (next !== undefined) this.#begin(next, act, failure);
    }
  }

  #begin(
    { key, what, atNs }: AgendaItem<T>,
    act: (what: T, atNs: number) => Promise<void>,
    failure: AbortController,
  ): void {
    this.#begun.add(key);
    const acting = act(what, atNs)
      .catch((error: unknown) => {
        failure.abort(error);
      })
      .finally(() => {
        this.#acting.delete(acting);
        this.#wake.abort();
        this.#ended();
      });
    this.#acting.add(acting);
  }
}
