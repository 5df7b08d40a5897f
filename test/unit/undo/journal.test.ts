import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { journalFile, UndoJournal } from '../../../src/undo/journal.ts';
import type { JournalEntry, UndoStep } from '../../../src/undo/journal.ts';

/** A journal whose lines and whose steps' doings come in one list. */
class Diary {
  readonly lines: string[] = [];
  readonly journal: UndoJournal = new UndoJournal(
    {
      write: ({ id, state }: JournalEntry) => {
        this.lines.push(`${String(id)} ${state}`);
      },
      close: () => undefined,
    },
    50,
  );

  step(name: string, more: Partial<UndoStep> = {}): UndoStep {
    return {
      about: `undo ${name}`,
      act: () => {
        this.lines.push(`do ${name}`);
      },
      undo: () => {
        this.lines.push(`undo ${name}`);
        return `${name} is as it was`;
      },
      ...more,
    };
  }
}

const never = new AbortController().signal;
const fail = (why: string) => (): never => {
  throw new Error(why);
};

describe('undo journal', () => {
  let diary: Diary;
  beforeEach(() => {
    diary = new Diary();
  });

  it('writes down before it acts, and undoes backwards', async () => {
    const scope = diary.journal.scope('cut', never);
    await scope.step(diary.step('a'));
    await scope.step(diary.step('b'));
    const { shown, failures } = await diary.journal.undo('cut');
    assert.deepEqual(diary.lines, [
      ...['1 planned', 'do a', '1 done', '2 planned', 'do b', '2 done'],
      ...['undo b', '2 undone', 'undo a', '1 undone'],
    ]);
    assert.deepEqual(shown, ['b is as it was', 'a is as it was']);
    assert.deepEqual(failures, []);
  });

  it('undoes once, however often it is asked', async () => {
    await diary.journal.scope('cut', never).step(diary.step('a'));
    await Promise.all([diary.journal.undo('cut'), diary.journal.undoAll()]);
    await diary.journal.undo('cut');
    assert.equal(diary.lines.filter((line) => line === 'undo a').length, 1);
  });

  it('goes on after a failure, and tries again at the end', async () => {
    const scope = diary.journal.scope('cut', never);
    await scope.step(diary.step('a'));
    await scope.step(diary.step('b', { undo: fail('no way back') }));
    const first = await diary.journal.undo('cut');
    assert.deepEqual(first.failures, ['undo b: no way back']);
    assert.deepEqual(first.shown, ['a is as it was']);
    assert.deepEqual((await diary.journal.undoAll()).failures, ['undo b: no way back']);
  });

  it('gives up a step that takes too long, and does the others', async () => {
    const scope = diary.journal.scope('cut', never);
    await scope.step(diary.step('a'));
    await scope.step(diary.step('b', { undo: () => new Promise(() => undefined) }));
    const { shown, failures } = await diary.journal.undoAll();
    assert.deepEqual(failures, ['undo b: not undone within 0.05 s']);
    assert.deepEqual(shown, ['a is as it was']);
  });

  it('undoes what failed half-way', async () => {
    const scope = diary.journal.scope('cut', never);
    await assert.rejects(scope.step(diary.step('a', { act: fail('refused') })), /refused/);
    await diary.journal.undo('cut');
    assert.deepEqual(diary.lines, ['1 planned', '1 act-failed', 'undo a', '1 undone']);
  });

  it('does nothing, and writes nothing, once aborted', async () => {
    const abort = new AbortController();
    const scope = diary.journal.scope('cut', abort.signal);
    await scope.step(diary.step('a'));
    abort.abort(new Error('enough'));
    await assert.rejects(scope.step(diary.step('b')), /enough/);
    assert.deepEqual(diary.lines, ['1 planned', 'do a', '1 done']);
    assert.deepEqual((await diary.journal.undo('cut')).shown, ['a is as it was']);
  });

  it('keeps faults apart', async () => {
    await diary.journal.scope('cut', never).step(diary.step('a'));
    await diary.journal.scope('kill', never).step(diary.step('b'));
    assert.deepEqual((await diary.journal.undo('cut')).shown, ['a is as it was']);
    assert.deepEqual((await diary.journal.undoAll()).shown, ['b is as it was']);
  });

  it('is a file of one JSON object a line', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'undo-'));
    try {
      const path = join(directory, 'undo.ndjson');
      const journal = new UndoJournal(journalFile(path));
      await journal.scope('cut', never).step({
        about: 'raise eth1',
        act: () => {
          const planned = JSON.parse(readFileSync(path, 'utf8')) as JournalEntry;
          assert.deepEqual(planned, {
            ...{ id: 1, owner: 'cut', state: 'planned', about: 'raise eth1' },
          });
        },
        undo: () => undefined,
      });
      journal.close();
      assert.equal(readFileSync(path, 'utf8').trimEnd().split('\n').length, 2);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
