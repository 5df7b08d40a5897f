import {
  parseFaultName,
  type FaultStep,
  type NodeChange,
  type TimelineEdge,
} from '../fault/expand.ts';
import type { PlannedCondition, PlannedGuard, PlannedStep } from '../plan/plan.ts';
import { ConditionWatch } from './condition-watch.ts';
import { allHold, conditionStates } from './conditions.ts';
import type { ConditionState } from './events.ts';
import { placeSteps, SHORTEST_NS } from './place-steps.ts';
import type { Placement, Skipped, Stop } from './place-steps.ts';
import type { SignalBoard } from './signal-board.ts';
import { hasLiveTarget, resolveFaults, type ResolvedFaults } from './live-faults.ts';

interface Watched {
  readonly watch: ConditionWatch;
  readonly conditions: readonly PlannedCondition[];
}

/**
 * The steps of a run in time: what the plan says, what signals have triggered so far, and what has become of them. A
 * trigger that has to hold places its step ahead, so that the edge needs nobody at its moment; when the condition
 * breaks before, the step is placed anew. Times in ns since ready.
 */
export class LiveSteps {
  readonly #steps: readonly PlannedStep[];
  readonly #board: SignalBoard;
  readonly #starts = new Map<string, Watched>();
  readonly #ends = new Map<string, Watched>();
  readonly #guards = new Map<string, Watched & { readonly guard: PlannedGuard }>();
  readonly #started = new Map<string, number>();
  readonly #ended = new Map<string, number>();
  readonly #skipped = new Map<string, Skipped>();
  /** with the targets that they were injected with */
  readonly #injected = new Map<string, ResolvedFaults>();
  #stop: Stop | null = null;
  readonly #named: readonly PlannedStep[];
  #names = '';

  constructor(steps: readonly PlannedStep[], board: SignalBoard) {
    this.#steps = steps;
    this.#board = board;
    this.#named = steps.filter(hasLiveTarget);
    for (const { id, starts, ends, guard } of steps) {
      if (guard) this.#guards.set(id, { ...watched(guard.conditions, guard.holdNs), guard });
      if (starts?.type === 'when') this.#starts.set(id, watched(starts.conditions, starts.holdNs));
      if (ends?.type === 'condition') this.#ends.set(id, watched(ends.conditions, ends.holdNs));
    }
  }

  /** Is there anything that a signal can move? */
  get isLive(): boolean {
    return this.#all().length + this.#named.length > 0;
  }

  /** The signals have had their values from `atNs` on. Gives whether a trigger or a target has changed. */
  settle(atNs: number): boolean {
    const signals = this.#named.flatMap(({ faults }) =>
      faults.map(({ live }) => live?.signal ?? ''),
    );
    const names = signals.map((signal) => String(this.#board.get(signal))).join(' ');
    let news = names !== this.#names;
    this.#names = names;
    for (const { watch, conditions } of this.#all()) {
      if (watch.settle(allHold(conditions, this.#board), atNs)) news = true;
    }
    return news;
  }

  /** Where every step stands. What is skipped now stays so. */
  place(nowNs: number): Placement {
    let placement = this.#place(nowNs, this.#stop);
    const stop = this.#stop ?? this.#stopOf(placement);
    if (stop !== this.#stop) placement = this.#place(nowNs, stop);
    for (const [id, placed] of placement) {
      if (placed.type === 'skipped') this.#skipped.set(id, placed);
    }
    return placement;
  }

  /** The step has begun as it was placed. Gives false when there was nothing to inject: it has not. */
  begun({ id, startNs, faults, nothing }: FaultStep): boolean {
    if (nothing !== undefined) {
      this.#skipped.set(id, { reason: nothing, atNs: startNs, hasFired: true });
      return false;
    }
    this.#started.set(id, startNs);
    this.#injected.set(id, { faults });
    return true;
  }

  /** The step has ended, at the moment for which that was placed. */
  over(step: string, atNs: number): void {
    this.#ended.set(step, atNs);
  }

  /** The guard that ends a step at that moment, if it is one. */
  trippedAt(step: string, atNs: number): GuardTrip | undefined {
    const found = this.#guards.get(step);
    if (found === undefined || endOf(found, this.#started.get(step) ?? 0) !== atNs) {
      return undefined;
    }
    const { guard, watch, conditions } = found;
    if (guard.then === 'stop') this.#stop ??= { atNs, guard: guard.name, isSure: true };
    return { guard, sinceNs: watch.heldSinceNs(atNs), text: textOf(conditions) };
  }

  isInjected(step: string): boolean {
    return this.#started.has(step);
  }

  /** What is to be done in nodes: not of a step that the room began, and that had nothing to inject. */
  toAct({ node }: TimelineEdge): readonly NodeChange[] {
    return node.filter(({ id, on }) => !on || this.isInjected(parseFaultName(id).step));
  }

  /** Why a step starts or ends at that moment; undefined: because it was its time. */
  because(
    step: string,
    edge: 'start' | 'end',
    atNs: number,
  ): { readonly text: string; readonly sinceNs: number } | undefined {
    const found = (edge === 'start' ? this.#starts : this.#ends).get(step);
    if (found === undefined) return undefined;
    if (edge === 'end' && endOf(found, this.#started.get(step) ?? 0) !== atNs) return undefined;
    return { text: textOf(found.conditions), sinceNs: found.watch.heldSinceNs(atNs) };
  }

  /** What a step that was not triggered waited for. */
  waitedFor(step: string): readonly ConditionState[] | undefined {
    const found = this.#starts.get(step);
    return found && conditionStates(found.conditions, this.#board);
  }

  #place(nowNs: number, stop: Stop | null): Placement {
    return placeSteps(this.#steps, {
      nowNs,
      fires: ({ id }, armedNs) => this.#starts.get(id)?.watch.firesNs(armedNs),
      ends: ({ id }, startNs) => {
        const ends = [this.#ends, this.#guards].map((all) => endOf(all.get(id), startNs));
        const known = ends.filter((ns) => ns !== undefined);
        return known.length === 0 ? undefined : Math.min(...known);
      },
      faults: (step) => this.#injected.get(step.id) ?? resolveFaults(step, this.#board),
      stop,
      started: this.#started,
      ended: this.#ended,
      skipped: this.#skipped,
    });
  }

  /** The first guard that will stop the timeline, as the steps stand. */
  #stopOf(placement: Placement): Stop | null {
    let first: Stop | null = null;
    for (const [id, found] of this.#guards) {
      const { guard } = found;
      const placed = placement.get(id);
      if (guard.then !== 'stop' || placed?.type !== 'placed' || this.#ended.has(id)) continue;
      const atNs = endOf(found, placed.step.startNs);
      if (atNs === undefined || atNs > placed.step.endNs) continue;
      if (first === null || atNs < first.atNs) first = { atNs, guard: guard.name, isSure: false };
    }
    return first;
  }

  #all(): readonly Watched[] {
    return [...this.#starts.values(), ...this.#ends.values(), ...this.#guards.values()];
  }
}

export interface GuardTrip {
  readonly guard: PlannedGuard;
  readonly sinceNs: number;
  readonly text: string;
}

function textOf(conditions: readonly PlannedCondition[]): string {
  return conditions.map((condition) => condition.text).join(', ');
}

/** When its condition ends a step that starts then; one that holds at the start leaves it the shortest window there is. */
function endOf(found: Watched | undefined, startNs: number): number | undefined {
  const firesNs = found?.watch.firesNs(startNs);
  return firesNs === undefined ? undefined : Math.max(firesNs, startNs + SHORTEST_NS);
}

function watched(conditions: readonly PlannedCondition[], holdNs: number): Watched {
  return { watch: new ConditionWatch(holdNs), conditions };
}
