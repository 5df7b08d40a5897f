import type { TimelineEdge } from '../fault/expand.ts';
import type { StartedLab } from '../lab/lab.ts';
import type { NodeFaults } from './node-faults.ts';

export interface NodeActsContext {
  readonly faults: NodeFaults;
  /** Sleep until a moment (ns since ready), or until woken. */
  readonly sleepUntil: (atNs: number, signal: AbortSignal) => Promise<void>;
  /** a moment since ready in lab ns */
  readonly labNs: (atNs: number) => number;
}

/** Faults that act in nodes, injected and healed at their moments, one after the other; those on wires need nobody. */
export class NodeActs {
  readonly #context: NodeActsContext;
  readonly #done = new Set<string>();
  #edges: readonly TimelineEdge[] = [];
  #isLast = false;
  #wake = new AbortController();

  constructor(context: NodeActsContext) {
    this.#context = context;
  }

  /** These from now on; what was done of them is not done again. */
  plan(edges: readonly TimelineEdge[]): void {
    this.#edges = edges.filter(({ node }) => node.length > 0);
    this.#wake.abort();
  }

  /** Nothing comes after what is planned. */
  finish(): void {
    this.#isLast = true;
    this.#wake.abort();
  }

  async run(lab: StartedLab, signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const next = this.#edges.find((edge) => !this.#done.has(keyOf(edge)));
      if (next === undefined && this.#isLast) return;
      this.#wake = new AbortController();
      const { signal: woken } = this.#wake;
      try {
        await this.#context.sleepUntil(next?.atNs ?? Infinity, AbortSignal.any([signal, woken]));
      } catch (error) {
        if (woken.aborted && !signal.aborted) continue;
        throw error;
      }
      if (next === undefined) continue;
      this.#done.add(keyOf(next));
      const { faults, labNs } = this.#context;
      await faults.apply(next.node, labNs(next.atNs), lab, signal);
    }
  }
}

function keyOf({ atNs, node }: TimelineEdge): string {
  return `${String(atNs)} ${node.map(({ id, on }) => `${id}:${String(on)}`).join(' ')}`;
}
