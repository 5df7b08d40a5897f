import { messageOf } from '../errors.ts';
import type { LabContext, StartedLab } from '../lab/lab.ts';
import type { UndoJournal } from '../undo/journal.ts';
import type { Room } from '../wire/room.ts';
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

export interface EndingLab {
  /** undefined: it did not come up */
  readonly lab: StartedLab | undefined;
  readonly room: Room;
  readonly journal: UndoJournal;
  readonly outer: Outer;
}

/**
 * Take the lab down and remove what would outlive us, whatever of it fails: each is tried. What could not be removed stays
 * in the journal, and others try again.
 */
export async function endLab({ lab, room, journal, outer }: EndingLab): Promise<void> {
  const say = (text: string): void => {
    outer.tell({ type: 'progress', text });
  };
  for (const [what, end] of [
    ['the lab', () => lab?.stop()],
    ['the wire room', () => room.close()],
  ] as const) {
    try {
      await end();
    } catch (error) {
      say(`${what} did not end in good order: ${messageOf(error)}`);
    }
  }
  const { failures } = await journal.undo(LAB);
  for (const failure of failures) say(`not removed: ${failure}`);
}
