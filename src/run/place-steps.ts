import type { FaultStep } from '../fault/expand.ts';
import type { FaultSpan } from '../fault/fault.ts';
import type { PlannedStep, WindowEdge } from '../plan/plan.ts';

/** All times here are ns since ready. */
export interface StepFacts {
  readonly nowNs: number;
  /** when the trigger of a step fires, if nothing changes; undefined: as it stands, it does not */
  fires(step: PlannedStep, armedNs: number): number | undefined;
  /** when something other than its time ends a step that starts then, if nothing changes: SHORTEST_NS later or more */
  ends(step: PlannedStep, startNs: number): number | undefined;
  /** no step starts from then on, and none goes on */
  readonly stop: Stop | null;
  /** the faults of a step with the targets that they would have now, or why there are none */
  faults(step: PlannedStep): Pick<FaultStep, 'faults' | 'nothing'>;
  /** what has become of steps: nothing changes it any more */
  readonly started: ReadonlyMap<string, number>;
  readonly ended: ReadonlyMap<string, number>;
  readonly skipped: ReadonlyMap<string, Skipped>;
}

/** A guard has stopped the timeline, or will, if nothing changes. */
export interface Stop {
  readonly atNs: number;
  readonly guard: string;
  /** it has tripped; else its condition may still break */
  readonly isSure: boolean;
}

export interface Skipped {
  readonly reason: string;
  /** when that was decided */
  readonly atNs: number;
  /** its time had come, and there was nothing to inject */
  readonly hasFired?: boolean;
  /** the guard that stopped the timeline before */
  readonly guard?: string;
}

/** What is to be done about a step, as far as it is known now. */
export type Placed =
  | { readonly type: 'placed'; readonly step: FaultStep }
  /** untilNs: when it is looked at again, though nothing happens (Infinity: never) */
  | { readonly type: 'waiting'; readonly untilNs: number }
  | ({ readonly type: 'skipped' } & Skipped);

export type Placement = ReadonlyMap<string, Placed>;

/** A window of no length would have no edges. */
export const SHORTEST_NS = 1000;

/** Every step of the plan in time: pure, and asked again whenever a fact has changed. */
export function placeSteps(steps: readonly PlannedStep[], facts: StepFacts): Placement {
  return new Placer(steps, facts).all();
}

type Found =
  { readonly type: 'at'; readonly ns: number } | Exclude<Placed, { readonly type: 'placed' }>;

class Placer {
  readonly #steps: ReadonlyMap<string, PlannedStep>;
  readonly #facts: StepFacts;
  readonly #placed = new Map<string, Placed>();

  constructor(steps: readonly PlannedStep[], facts: StepFacts) {
    this.#steps = new Map(steps.map((step) => [step.id, step]));
    this.#facts = facts;
  }

  all(): Placement {
    // in the order of the plan, whoever was asked for first
    return new Map([...this.#steps].map(([id, step]) => [id, this.#place(step)]));
  }

  #place(step: PlannedStep): Placed {
    const before = this.#placed.get(step.id);
    if (before !== undefined) return before;
    const placed = this.#placeNew(step);
    this.#placed.set(step.id, placed);
    return placed;
  }

  #placeNew(step: PlannedStep): Placed {
    const { started, skipped, stop } = this.#facts;
    const before = skipped.get(step.id);
    if (before !== undefined) return { type: 'skipped', ...before };
    const begun = started.get(step.id);
    const start: Found = begun === undefined ? this.#start(step) : { type: 'at', ns: begun };
    if (begun === undefined && stop !== null) {
      const from = start.type === 'at' ? start.ns : Infinity;
      // the edge of its guard, or its condition when it breaks, is news: until then there is nothing to look at
      if (start.type === 'at' && from >= stop.atNs && !stop.isSure) {
        return { type: 'waiting', untilNs: Infinity };
      }
      if (from >= stop.atNs && stop.isSure) {
        const reason = `guard '${stop.guard}' has stopped the timeline`;
        return { ...this.#skip(reason), guard: stop.guard };
      }
    }
    if (start.type !== 'at') return start;
    const endNs = this.#end(step, start.ns);
    const byNs = start.ns - step.startNs;
    const active = step.active
      .map(({ fromNs, toNs }): FaultSpan => {
        return { fromNs: fromNs + byNs, toNs: Math.min(toNs + byNs, endNs) };
      })
      .filter(({ fromNs }) => fromNs < endNs);
    const faults = this.#facts.faults(step);
    return { type: 'placed', step: { id: step.id, startNs: start.ns, endNs, active, ...faults } };
  }

  #start(step: PlannedStep): Found {
    const { starts, startNs } = step;
    if (starts === undefined) return { type: 'at', ns: startNs };
    if (starts.type === 'edge') {
      const edge = this.#edge(starts);
      return edge.type === 'at' ? { type: 'at', ns: edge.ns + startNs } : edge;
    }
    const armed = this.#edge(starts.armed);
    if (armed.type !== 'at') return armed;
    const deadlineNs = armed.ns + starts.atMostNs;
    const firesNs = this.#facts.fires(step, armed.ns);
    if (firesNs !== undefined && firesNs <= deadlineNs)
      return { type: 'at', ns: firesNs + startNs };
    if (this.#facts.nowNs <= deadlineNs) return { type: 'waiting', untilNs: deadlineNs };
    return this.#skip('its trigger did not fire in time');
  }

  #end(step: PlannedStep, startNs: number): number {
    const { ended, stop } = this.#facts;
    const over = ended.get(step.id);
    if (over !== undefined) return over;
    const lengthNs = step.endNs - step.startNs;
    const ends = [startNs + lengthNs, this.#facts.ends(step, startNs)];
    if (step.ends?.type === 'edge') ends.push(this.#endingEdge(step.ends));
    if (stop !== null) ends.push(stop.atNs);
    const endNs = Math.min(...ends.map((ns) => ns ?? Infinity));
    return Math.max(endNs, startNs + SHORTEST_NS);
  }

  /** An edge that never comes ends what waits for it when that is known. */
  #endingEdge(edge: WindowEdge): number | undefined {
    const found = this.#edge(edge);
    if (found.type === 'at') return found.ns;
    return found.type === 'skipped' ? found.atNs : undefined;
  }

  #skip(reason: string): { type: 'skipped' } & Skipped {
    return { type: 'skipped', reason, atNs: this.#facts.nowNs };
  }

  #edge({ of, edge, offsetNs }: WindowEdge): Found {
    if (of === 'ready') return { type: 'at', ns: offsetNs };
    const step = this.#steps.get(of);
    if (step === undefined) throw new Error(`no step '${of}' in the plan`);
    const placed = this.#place(step);
    switch (placed.type) {
      case 'placed': {
        const ns = edge === 'start' ? placed.step.startNs : placed.step.endNs;
        return { type: 'at', ns: ns + offsetNs };
      }
      case 'waiting':
        return placed;
      case 'skipped':
        return { ...placed, reason: `it follows '${of}', which was not injected` };
      default:
        return placed satisfies never;
    }
  }
}
