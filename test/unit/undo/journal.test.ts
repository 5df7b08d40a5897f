import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { journalFile, openJournal } from '../../../src/undo/journal-file.ts';
import { UndoJournal, type JournalEntry, type UndoStep } from '../../../src/undo/journal.ts';

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
    (act) => (act.do === 'start-service' ? this.#execute(act.service) : Promise.resolve('')),
    50,
  );

  /** what happens instead when this is undone */
  readonly instead: Map<string, () => Promise<string>> = new Map();

  #execute(name: string): Promise<string> {
    const other = this.instead.get(name);
    if (other !== undefined) return other();
    this.lines.push(`undo ${name}`);
    return Promise.resolve(`${name} is as it was`);
  }

  step(name: string, more: Partial<UndoStep> = {}): UndoStep {
    return {
      about: `undo ${name}`,
      act: () => {
        this.lines.push(`do ${name}`);
      },
      undo: { do: 'start-service', node: 'r1', service: name },
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
      ...['2 undoing', 'undo b', '2 undone', '1 undoing', 'undo a', '1 undone'],
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

  it('undoes an act that is going on when it is over, and one that never is all the same', async () => {
    const scope = diary.journal.scope('cut', never);
    let end = (): void => undefined;
    const acting = scope.step(
      diary.step('a', {
        act: () =>
          new Promise<void>((resolve) => {
            end = () => {
              diary.lines.push('did a');
              resolve();
            };
          }),
      }),
    );
    const undoing = diary.journal.undoAll();
    setImmediate(end);
    await Promise.all([acting, undoing]);
    assert.deepEqual(diary.lines.indexOf('undo a') > diary.lines.indexOf('did a'), true);
    void scope.step(diary.step('b', { act: () => new Promise<void>(() => undefined) }));
    assert.deepEqual((await diary.journal.undoAll()).shown, ['b is as it was']);
  });

  it('goes on after a failure, and tries again at the end', async () => {
    const scope = diary.journal.scope('cut', never);
    await scope.step(diary.step('a'));
    diary.instead.set('b', () => Promise.reject(new Error('no way back')));
    await scope.step(diary.step('b'));
    const first = await diary.journal.undo('cut');
    assert.deepEqual(first.failures, ['undo b: no way back']);
    assert.deepEqual(first.shown, ['a is as it was']);
    assert.deepEqual((await diary.journal.undoAll()).failures, ['undo b: no way back']);
  });

  it('gives up a step that takes too long, and does the others', async () => {
    const scope = diary.journal.scope('cut', never);
    await scope.step(diary.step('a'));
    diary.instead.set('b', () => new Promise(() => undefined));
    await scope.step(diary.step('b'));
    const { shown, failures } = await diary.journal.undoAll();
    assert.deepEqual(failures, ['undo b: not undone within 0.05 s']);
    assert.deepEqual(shown, ['a is as it was']);
  });

  it('undoes what failed half-way', async () => {
    const scope = diary.journal.scope('cut', never);
    await assert.rejects(scope.step(diary.step('a', { act: fail('refused') })), /refused/);
    await diary.journal.undo('cut');
    assert.deepEqual(diary.lines, ['1 planned', '1 act-failed', '1 undoing', 'undo a', '1 undone']);
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

  it('lets go of what is its own first, and tells what it saw last', async () => {
    await diary.journal.scope('cut', never).step(
      diary.step('a', {
        letGo: () => {
          diary.lines.push('let go');
        },
        tell: () => `told after ${diary.lines.at(-1) ?? ''}`,
      }),
    );
    const { shown } = await diary.journal.undo('cut');
    assert.deepEqual(shown, ['told after undo a']);
    assert.deepEqual(diary.lines.slice(-4), ['1 undoing', 'let go', 'undo a', '1 undone']);
  });

  it('keeps faults apart', async () => {
    await diary.journal.scope('cut', never).step(diary.step('a'));
    await diary.journal.scope('kill', never).step(diary.step('b'));
    assert.deepEqual((await diary.journal.undo('cut')).shown, ['a is as it was']);
    assert.deepEqual((await diary.journal.undoAll()).shown, ['b is as it was']);
  });

  it('does not let one owner wait for another, but the end of the run for both', async () => {
    await diary.journal.scope('slow', never).step(diary.step('a'));
    await diary.journal.scope('quick', never).step(diary.step('b'));
    let end: ((said: string) => void) | undefined;
    diary.instead.set('a', () => new Promise((resolve) => (end = resolve)));
    const slow = diary.journal.undo('slow');
    await diary.journal.undo('quick');
    const all = diary.journal.undoAll();
    assert.deepEqual(diary.lines.slice(-3), ['2 undoing', 'undo b', '2 undone']);
    end?.('at last');
    assert.deepEqual((await slow).shown, ['at last']);
    assert.deepEqual((await all).shown, []);
  });

  it('is a file of one JSON object a line', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'undo-'));
    try {
      const path = join(directory, 'undo.ndjson');
      const journal = new UndoJournal(journalFile(path), () => Promise.resolve(''));
      await journal.scope('cut', never).step({
        about: 'raise eth1',
        undo: { do: 'nothing' },
        act: () => {
          const planned = JSON.parse(readFileSync(path, 'utf8')) as JournalEntry;
          assert.deepEqual(planned, {
            ...{ id: 1, owner: 'cut', state: 'planned', about: 'raise eth1' },
            undo: { do: 'nothing' },
          });
        },
      });
      assert.throws(() => openJournal(path, 'a'), /somebody else has it/);
      journal.close();
      assert.equal(readFileSync(path, 'utf8').trimEnd().split('\n').length, 2);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
