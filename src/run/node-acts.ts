import type { NodeChange, TimelineEdge } from '../fault/expand.ts';
import type { StartedLab } from '../lab/lab.ts';
import { Agenda, type SleepUntil } from './agenda.ts';
import type { NodeFaults } from './node-faults.ts';

export interface NodeActsContext {
  readonly faults: NodeFaults;
  readonly sleepUntil: SleepUntil;
  /** a moment since ready in lab ns */
  readonly labNs: (atNs: number) => number;
}

/** Faults that act in nodes, injected and healed at their moments, one after the other; those on wires need nobody. */
export class NodeActs {
  readonly #context: NodeActsContext;
  readonly #agenda: Agenda<readonly NodeChange[]>;

  constructor(context: NodeActsContext) {
    this.#context = context;
    this.#agenda = new Agenda(context.sleepUntil);
  }

  /** These from now on; what was done of them is not done again. */
  plan(edges: readonly TimelineEdge[]): void {
    const acting = edges.filter(({ node }) => node.length > 0);
    this.#agenda.plan(
      acting.map((edge) => ({ key: keyOf(edge), atNs: edge.atNs, what: edge.node })),
    );
  }

  /** Nothing comes after what is planned. */
  finish(): void {
    this.#agenda.finish();
  }

  async run(lab: StartedLab, signal: AbortSignal): Promise<void> {
    const { faults, labNs } = this.#context;
    await this.#agenda.run((changes, atNs) => {
      return faults.apply(changes, labNs(atNs), lab, signal);
    }, signal);
  }
}

function keyOf({ atNs, node }: TimelineEdge): string {
  return `${String(atNs)} ${node.map(({ id, on }) => `${id}:${String(on)}`).join(' ')}`;
}
