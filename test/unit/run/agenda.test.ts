import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agenda } from '../../../src/run/agenda.ts';

/** Moments are told by hand. */
class Moments {
  #nowNs = 0;
  readonly #sleepers = new Set<() => void>();

  readonly until = async (atNs: number, signal: AbortSignal): Promise<void> => {
    await new Promise<void>((resolve, reject) => {
      const look = (): void => {
        if (this.#nowNs >= atNs) resolve();
      };
      this.#sleepers.add(look);
      signal.throwIfAborted();
      signal.addEventListener('abort', () => {
        reject(signal.reason as Error);
      });
      look();
    });
  };

  async pass(nowNs: number): Promise<void> {
    this.#nowNs = nowNs;
    for (const look of this.#sleepers) look();
    await sleep(1);
  }
}

const never = new AbortController().signal;

describe('an agenda', () => {
  let moments: Moments;
  let agenda: Agenda<string>;
  const lines: string[] = [];
  const ends = new Map<string, () => void>();
  const act = async (what: string, atNs: number): Promise<void> => {
    lines.push(`${what} ${String(atNs)}`);
    await new Promise<void>((resolve) => ends.set(what, resolve));
    lines.push(`${what} over`);
  };
  const items = (...all: readonly (readonly [string, number])[]): void => {
    agenda.plan(all.map(([key, atNs]) => ({ key, atNs, what: key })));
  };

  beforeEach(() => {
    moments = new Moments();
    agenda = new Agenda(moments.until);
    lines.length = 0;
    ends.clear();
  });

  it('begins each at its moment, however long another takes, and once', async () => {
    items(['slow', 1], ['next', 2]);
    const played = agenda.run(act, never);
    await moments.pass(2);
    assert.deepEqual(lines, ['slow 1', 'next 2']);
    items(['slow', 1], ['next', 2], ['last', 3]);
    agenda.finish();
    await moments.pass(3);
    assert.deepEqual(lines.slice(2), ['last 3']);
    for (const end of ends.values()) end();
    await played;
    assert.deepEqual(lines.slice(3).sort(), ['last over', 'next over', 'slow over']);
  });

  it('is done when nothing is to come and nothing goes on, and says when to look', async () => {
    let looks = 0;
    agenda = new Agenda(moments.until, () => {
      looks += agenda.isDone ? 1 : 0;
    });
    items(['only', 1]);
    const played = agenda.run(act, never);
    assert.equal(agenda.isDone, false);
    await moments.pass(1);
    assert.equal(agenda.isDone, false);
    ends.get('only')?.();
    await moments.pass(1);
    assert.deepEqual([agenda.isDone, looks], [true, 1]);
    agenda.finish();
    await played;
  });

  it('takes what is planned instead', async () => {
    items(['late', 9]);
    const played = agenda.run(act, never);
    await moments.pass(1);
    items(['early', 1]);
    await moments.pass(1);
    ends.get('early')?.();
    agenda.finish();
    await played;
    assert.deepEqual(lines, ['early 1', 'early over']);
  });

  it('ends with the first that fails, and when it is aborted, though others go on', async () => {
    items(['slow', 1], ['bad', 2]);
    const failing = agenda.run(
      (what, atNs) => (what === 'bad' ? Promise.reject(new Error('no')) : act(what, atNs)),
      never,
    );
    const failed = assert.rejects(failing, /^Error: no$/);
    await moments.pass(2);
    await failed;
    const abort = new AbortController();
    items(['other', 3]);
    const aborted = assert.rejects(agenda.run(act, abort.signal), /enough/);
    await moments.pass(3);
    abort.abort(new Error('enough'));
    await aborted;
  });
});
