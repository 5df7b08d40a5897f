/** What has something in common takes turns; what has not goes on at the same time. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  /** `body` begins when all that was asked for before with any of these keys has ended, well or not. */
  take<T>(keys: readonly string[], body: () => Promise<T>): Promise<T> {
    const turn = Promise.allSettled(keys.flatMap((key) => this.#last.get(key) ?? [])).then(body);
    for (const key of keys) this.#last.set(key, turn);
    return turn;
  }
}
