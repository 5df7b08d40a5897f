import type { PlannedCondition, PlannedStep } from '../plan/plan.ts';
import { ConditionWatch } from './condition-watch.ts';
import { allHold, conditionStates } from './conditions.ts';
import type { ConditionState } from './events.ts';
import { placeSteps, type Placement, type Skipped } from './place-steps.ts';
import type { SignalBoard } from './signal-board.ts';

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
  readonly #started = new Map<string, number>();
  readonly #ended = new Map<string, number>();
  readonly #skipped = new Map<string, Skipped>();

  constructor(steps: readonly PlannedStep[], board: SignalBoard) {
    this.#steps = steps;
    this.#board = board;
    for (const { id, starts, ends } of steps) {
      if (starts?.type === 'when') this.#starts.set(id, watched(starts.conditions, starts.holdNs));
      if (ends?.type === 'condition') this.#ends.set(id, watched(ends.conditions, ends.holdNs));
    }
  }

  /** Is there anything that a signal can move? */
  get isLive(): boolean {
    return this.#starts.size + this.#ends.size > 0;
  }

  /** The signals have had their values from `atNs` on. Gives whether a trigger has changed. */
  settle(atNs: number): boolean {
    let news = false;
    for (const { watch, conditions } of [...this.#starts.values(), ...this.#ends.values()]) {
      if (watch.settle(allHold(conditions, this.#board), atNs)) news = true;
    }
    return news;
  }

  /** Where every step stands. What is skipped now stays so. */
  place(nowNs: number): Placement {
    const placement = placeSteps(this.#steps, {
      nowNs,
      fires: ({ id }, armedNs) => this.#starts.get(id)?.watch.firesNs(armedNs),
      ends: ({ id }, startNs) => this.#ends.get(id)?.watch.firesNs(startNs),
      stop: null,
      started: this.#started,
      ended: this.#ended,
      skipped: this.#skipped,
    });
    for (const [id, placed] of placement) {
      if (placed.type === 'skipped') this.#skipped.set(id, placed);
    }
    return placement;
  }

  /** An edge of the step's window has been applied, at the moment for which it was placed. */
  happened(step: string, edge: 'start' | 'end', atNs: number): void {
    (edge === 'start' ? this.#started : this.#ended).set(step, atNs);
  }

  /** Why a step starts or ends at that moment; undefined: because it was its time. */
  because(
    step: string,
    edge: 'start' | 'end',
    atNs: number,
  ): { readonly text: string; readonly sinceNs: number } | undefined {
    const found = (edge === 'start' ? this.#starts : this.#ends).get(step);
    if (found === undefined) return undefined;
    if (edge === 'end' && found.watch.firesNs(this.#started.get(step) ?? 0) !== atNs) {
      return undefined;
    }
    const text = found.conditions.map((condition) => condition.text).join(', ');
    return { text, sinceNs: found.watch.heldSinceNs(atNs) };
  }

  /** What a step that was not triggered waited for. */
  waitedFor(step: string): readonly ConditionState[] | undefined {
    const found = this.#starts.get(step);
    return found && conditionStates(found.conditions, this.#board);
  }
}

function watched(conditions: readonly PlannedCondition[], holdNs: number): Watched {
  return { watch: new ConditionWatch(holdNs), conditions };
}
