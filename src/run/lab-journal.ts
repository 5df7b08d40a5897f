import type { LabContext } from '../lab/lab.ts';
import type { UndoJournal } from '../undo/journal.ts';
import type { Outer } from './outer.ts';

/** Whose steps in the journal are the lab's own: they are undone last, when everything in it has been. */
export const LAB = 'lab';

/** What a lab makes is made by its driver: here it is only written down. */
export function journalOfLab(
  journal: UndoJournal,
  signal: AbortSignal,
): NonNullable<LabContext['journal']> {
  return (about, undo) => journal.scope(LAB, signal).step({ about, undo, act: () => undefined });
}

/** Remove what would outlive us. What could not be removed stays in the journal, and others try again. */
export async function undoLab(journal: UndoJournal, outer: Outer): Promise<void> {
  const { failures } = await journal.undo(LAB);
  for (const failure of failures) outer.tell({ type: 'progress', text: `not removed: ${failure}` });
}
