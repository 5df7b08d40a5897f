import assert from 'node:assert/strict';
import type { StartedLab } from '../../../src/lab/lab.ts';
import { endLab, journalOfLab } from '../../../src/run/lab-journal.ts';
import type { EngineMessage } from '../../../src/run/engine-message.ts';
import type { Outer } from '../../../src/run/outer.ts';
import { UndoJournal } from '../../../src/undo/journal.ts';
import type { Room } from '../../../src/wire/room.ts';

describe('the end of a lab', () => {
  it('removes what would outlive it, though it does not stop and its room does not close', async () => {
    const undone: string[] = [];
    const journal = new UndoJournal({ write: () => undefined, close: () => undefined }, (act) => {
      undone.push(act.do);
      return Promise.resolve('');
    });
    await journalOfLab(journal, new AbortController().signal)('its containers', { do: 'nothing' });
    const said: EngineMessage[] = [];
    const outer = { tell: (message: EngineMessage) => said.push(message) } as unknown as Outer;
    const lab = { stop: () => Promise.reject(new Error('no daemon')) } as unknown as StartedLab;
    const room = { close: () => Promise.reject(new Error('no thread')) } as unknown as Room;
    await endLab({ lab, room, journal, outer });
    assert.deepEqual(undone, ['nothing']);
    assert.deepEqual(
      said.map((message) => message.type === 'progress' && message.text),
      [
        'the lab did not end in good order: no daemon',
        'the wire room did not end in good order: no thread',
      ],
    );
  });
});
