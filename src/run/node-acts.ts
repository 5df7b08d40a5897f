import type { TimelineEdge } from '../fault/expand.ts';
import type { NodeFaultInForce } from '../fault/node-fault-run.ts';
import { startNodeFault } from '../fault/registry-run.ts';
import type { StartedLab } from '../lab/lab.ts';

/** Sleep until a moment (ns since ready), or until woken. */
export type SleepUntil = (atNs: number, signal: AbortSignal) => Promise<void>;

/** Faults that act in nodes, injected and healed at their moments, one after the other; those on wires need nobody. */
export class NodeActs {
  readonly #sleepUntil: SleepUntil;
  readonly #inForce = new Map<string, NodeFaultInForce>();
  readonly #done = new Set<string>();
  #edges: readonly TimelineEdge[] = [];
  #isLast = false;
  #wake = new AbortController();

  constructor(sleepUntil: SleepUntil) {
    this.#sleepUntil = sleepUntil;
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
        await this.#sleepUntil(next?.atNs ?? Infinity, AbortSignal.any([signal, woken]));
      } catch (error) {
        if (woken.aborted && !signal.aborted) continue;
        throw error;
      }
      if (next !== undefined) await this.#act(next, lab);
    }
  }

  async #act(edge: TimelineEdge, lab: StartedLab): Promise<void> {
    this.#done.add(keyOf(edge));
    for (const { id, on, fault } of edge.node) {
      if (on) this.#inForce.set(id, await startNodeFault(fault, lab));
      else await this.#inForce.get(id)?.heal();
    }
  }
}

function keyOf({ atNs, node }: TimelineEdge): string {
  return `${String(atNs)} ${node.map(({ id, on }) => `${id}:${String(on)}`).join(' ')}`;
}
