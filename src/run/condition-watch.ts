/**
 * Conditions that must hold for a time, in lab time: since when they hold, and, for who counts from a moment on, when
 * they will have held for long enough. What has held for long enough stays so, whatever comes after. Times in ns since
 * ready.
 */
export class ConditionWatch {
  readonly #holdNs: number;
  #trueSinceNs: number | null = null;
  /** it counts from here on; null: nobody has asked yet */
  #fromNs: number | null = null;
  #firedNs: number | null = null;

  constructor(holdNs: number) {
    this.#holdNs = holdNs;
  }

  /** The value from `atNs` on. Gives whether that is news. */
  settle(holds: boolean, atNs: number): boolean {
    if (holds === (this.#trueSinceNs !== null)) return false;
    if (holds) this.#trueSinceNs = atNs;
    else {
      const firesNs = this.#fires();
      if (firesNs !== null && firesNs <= atNs) this.#firedNs ??= firesNs;
      this.#trueSinceNs = null;
    }
    return true;
  }

  /**
   * When they will have held for long enough, counted from `fromNs`, if nothing changes. What has held for long enough
   * from another moment on (a step that was to start then, and did not) says nothing about this one.
   */
  firesNs(fromNs: number): number | undefined {
    if (fromNs !== this.#fromNs) this.#firedNs = null;
    this.#fromNs = fromNs;
    if (this.#firedNs !== null) return this.#firedNs;
    return this.#fires() ?? undefined;
  }

  /** Since when they held, for a moment that firesNs gave. */
  heldSinceNs(firesNs: number): number {
    return firesNs - this.#holdNs;
  }

  #fires(): number | null {
    if (this.#trueSinceNs === null || this.#fromNs === null) return null;
    return Math.max(this.#trueSinceNs, this.#fromNs) + this.#holdNs;
  }
}
