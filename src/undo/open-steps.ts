import type { JournalEntry } from './journal.ts';
import type { UndoAct } from './undo-act.ts';

/** A step of a journal that nobody has undone. */
export interface StepLeft {
  readonly id: number;
  readonly owner: string;
  readonly about: string;
  readonly undo: UndoAct;
  /** its act came to its end, and undoing it was not begun: else it is not known whether there is something to undo */
  readonly isInForce: boolean;
}

/**
 * What is left of a journal, in the order in which it is to be undone. A line that was cut off is no line: the first one
 * of a step is whole before its act begins.
 */
export function stepsLeft(text: string): readonly StepLeft[] {
  const left = new Map<number, StepLeft>();
  const acted = new Set<number>();
  for (const { id, owner, state, about, undo } of entriesOf(text)) {
    if (state === 'planned' && undo !== undefined) {
      left.set(id, { id, owner, about, undo, isInForce: false });
    }
    if (state === 'done') acted.add(id);
    const step = left.get(id);
    if (state === 'undone' || step === undefined) left.delete(id);
    else left.set(id, { ...step, isInForce: acted.has(id) && state !== 'undoing' });
  }
  return [...left.values()].sort((a, b) => b.id - a.id);
}

function entriesOf(text: string): readonly JournalEntry[] {
  return text.split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line) as JournalEntry];
    } catch {
      return [];
    }
  });
}
