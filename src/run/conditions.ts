import type { PlannedCondition } from '../plan/plan.ts';
import { evaluate, signalsOf } from '../scenario/expression/evaluate.ts';
import type { ConditionState } from './events.ts';
import type { SignalBoard } from './signal-board.ts';

/** Do they all hold now? Unknown is no. */
export function allHold(conditions: readonly PlannedCondition[], board: SignalBoard): boolean {
  return conditions.every((c) => evaluate(c.expression, (path) => board.get(path)) === true);
}

/** Each condition with its value and the last values of what it reads: what a person needs to see why not. */
export function conditionStates(
  conditions: readonly PlannedCondition[],
  board: SignalBoard,
): readonly ConditionState[] {
  return conditions.map((c) => ({
    text: c.text,
    value: evaluate(c.expression, (path) => board.get(path)),
    signals: Object.fromEntries(signalsOf(c.expression).map((path) => [path, board.get(path)])),
  }));
}

export interface HoldOptions {
  readonly conditions: readonly PlannedCondition[];
  readonly board: SignalBoard;
  readonly holdNs: number;
  readonly withinNs: number;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/**
 * Wait until the conditions have held for `holdNs` without a break. Gives the lab time from which they held, or null
 * when `withinNs` is over. The moment of *having held* is that plus holdNs.
 */
export async function waitUntilHeld(options: HoldOptions): Promise<number | null> {
  const { conditions, board, holdNs, withinNs, now, signal } = options;
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const deadlineNs = now() + withinNs;
    let heldFromNs: number | null = null;
    let timer: NodeJS.Timeout | undefined;
    let over = false;
    const finish = (settle: () => void): void => {
      over = true;
      clearTimeout(timer);
      settle();
    };
    const arm = (atNs: number): void => {
      clearTimeout(timer);
      timer = setTimeout(look, Math.max(0, Math.ceil((atNs - now()) / 1e6)));
    };
    const look = (): void => {
      if (over) return;
      const nowNs = now();
      if (allHold(conditions, board)) heldFromNs ??= nowNs;
      else heldFromNs = null;
      if (heldFromNs !== null && nowNs - heldFromNs >= holdNs) {
        const from = heldFromNs;
        finish(() => {
          resolve(from);
        });
      } else if (nowNs >= deadlineNs) {
        finish(() => {
          resolve(null);
        });
      } else {
        arm(Math.min(deadlineNs, heldFromNs === null ? deadlineNs : heldFromNs + holdNs));
      }
    };
    signal.addEventListener(
      'abort',
      () => {
        finish(() => {
          reject(signal.reason as Error);
        });
      },
      { once: true },
    );
    board.onChange(look);
    look();
  });
}
