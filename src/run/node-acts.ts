import type { NodeChange } from '../fault/expand.ts';
import type { StartedLab } from '../lab/lab.ts';
import type { NodeFaults } from './node-faults.ts';

/**
 * Faults that act in nodes, injected and healed when the room says that the edge which they belong to is there: its timer
 * is the exact one. Nobody waits for another's node.
 */
export class NodeActs {
  readonly #faults: NodeFaults;
  readonly #acting = new Set<Promise<void>>();
  #lab: { readonly lab: StartedLab; readonly signal: AbortSignal } | null = null;
  #fail: ((error: unknown) => void) | undefined;

  constructor(faults: NodeFaults) {
    this.#faults = faults;
  }

  /** From now on; rejects when what it does fails for want of sense, and else never. */
  run(lab: StartedLab, signal: AbortSignal): Promise<never> {
    this.#lab = { lab, signal };
    return new Promise((_, reject) => {
      this.#fail = reject;
    });
  }

  /** @param labNs the moment of the edge */
  begin(changes: readonly NodeChange[], labNs: number): void {
    if (this.#lab === null || changes.length === 0) return;
    const { lab, signal } = this.#lab;
    const acting = this.#faults
      .apply(changes, labNs, lab, signal)
      .catch((error: unknown) => this.#fail?.(error))
      .finally(() => this.#acting.delete(acting));
    this.#acting.add(acting);
  }

  /** Resolves when all that was begun is over. */
  async over(): Promise<void> {
    await Promise.all(this.#acting);
  }
}
