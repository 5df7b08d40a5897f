import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readProcess } from '../../../src/host/processes.ts';
import { ActingRuns, isActing, readRun } from '../../../src/undo/acting-runs.ts';
import { endSession } from '../../../src/undo/end-session.ts';
import { journalFile, JournalBusy } from '../../../src/undo/journal-file.ts';
import { UndoJournal, type UndoScope } from '../../../src/undo/journal.ts';
import { replayJournal, stepsLeftIn } from '../../../src/undo/replay.ts';
import type { ProcessMark, UndoAct } from '../../../src/undo/undo-act.ts';
import { undoRun } from '../../../src/undo/undo-run.ts';

const never = new AbortController().signal;

describe('replaying the journal of a dead engine', () => {
  let directory = '';
  let path = '';
  const at = (name: string): string => join(directory, name);
  const made = (): string[] => readdirSync(directory).filter((name) => name.startsWith('chaos-'));
  const states = (): string[] =>
    readFileSync(path, 'utf8')
      .split('\n')
      .flatMap((line) => /"id":(\d+).*"state":"([a-z-]+)"/.exec(line)?.slice(1, 3).join(' ') ?? []);

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'replay-'));
    path = at('undo.ndjson');
  });
  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  /** Makes a directory that undoing removes. */
  async function make(scope: UndoScope, name: string, undo?: UndoAct): Promise<void> {
    await scope.step({
      about: `remove ${name}`,
      act: () => {
        mkdirSync(at(name));
      },
      undo: undo ?? { do: 'remove-directories', paths: [at(name)] },
    });
  }

  /** What an engine that is killed then leaves behind. */
  async function leave(
    body: (scope: UndoScope, journal: UndoJournal) => Promise<void>,
  ): Promise<void> {
    const file = journalFile(path);
    const journal = new UndoJournal(file, () => Promise.resolve(''));
    await body(journal.scope('cut', never), journal);
    file.close();
  }

  it('undoes what is left, last first, and once', async () => {
    await leave(async (scope, journal) => {
      await make(journal.scope('over', never), 'chaos-over');
      await make(scope, 'chaos-a');
      await make(scope, 'chaos-b');
      await journal.undo('over');
    });
    assert.deepEqual(
      stepsLeftIn(path).map(({ about }) => about),
      ['remove chaos-b', 'remove chaos-a'],
    );
    const { undone, failures } = await replayJournal(path);
    assert.deepEqual(undone, [`${at('chaos-b')} removed`, `${at('chaos-a')} removed`]);
    assert.deepEqual(failures, []);
    // the engine has undone that, as far as the journal knows
    assert.deepEqual(made(), ['chaos-over']);
    assert.deepEqual(states().slice(-4), ['3 undoing', '3 undone', '2 undoing', '2 undone']);
    const lines = states().length;
    assert.deepEqual(await replayJournal(path), { undone: [], failures: [] });
    assert.equal(states().length, lines);
  });

  it('has nothing to do where there is no journal', async () => {
    const { undone, failures } = await replayJournal(path);
    assert.deepEqual([...undone, ...failures], []);
  });

  it('reads a journal whose last line was cut off anywhere', async () => {
    await leave(async (scope) => {
      await make(scope, 'chaos-a');
      await make(scope, 'chaos-b');
    });
    const whole = readFileSync(path);
    const secondPlanned = whole.indexOf('{"id":2');
    for (let bytes = secondPlanned; bytes < whole.length; bytes += 7) {
      for (const name of ['chaos-a', 'chaos-b']) mkdirSync(at(name), { recursive: true });
      rmSync(path);
      appendFileSync(path, whole.subarray(0, bytes), { mode: 0o600 });
      const { failures } = await replayJournal(path);
      assert.deepEqual(failures, []);
      const isPlanned = bytes >= whole.indexOf('\n', secondPlanned);
      assert.deepEqual(made(), isPlanned ? [] : ['chaos-b'], `cut at ${bytes}`);
      assert.equal(stepsLeftIn(path).length, 0);
    }
  });

  it('goes on after what fails, which stays in the journal', async () => {
    await leave(async (scope) => {
      await make(scope, 'chaos-a');
      await make(scope, 'chaos-b', { do: 'start-service', node: 'r1', service: 'zebra' });
      await make(scope, 'chaos-c');
    });
    const { failures } = await replayJournal(path);
    assert.deepEqual(failures, [
      'remove chaos-b: start-service: only the engine that ran could, and it is gone',
    ]);
    assert.deepEqual(made(), ['chaos-b']);
    assert.deepEqual(
      stepsLeftIn(path).map(({ id }) => id),
      [2],
    );
    assert.equal((await replayJournal(path)).failures.length, 1);
  });

  it('has time for each, and for all of it', async () => {
    const slow = await started('sh', ['-c', 'trap "" TERM; while :; do sleep 1; done']);
    const node = { name: 'r1', init: slow.mark };
    try {
      await leave(async (scope) => {
        await make(scope, 'chaos-a');
        const argv = ['sleep', '60'];
        await make(scope, 'chaos-b', { do: 'run', node, argv, rc: 0 });
      });
      const { failures } = await replayJournal(path, { stepBudgetMs: 100 });
      assert.deepEqual(failures, ['remove chaos-b: not undone within 0.1 s']);
      assert.deepEqual(made(), ['chaos-b']);
      const none = await replayJournal(path, { budgetMs: 0 });
      assert.deepEqual(none.failures, ['remove chaos-b: there was no time left for it']);
    } finally {
      slow.child.kill('SIGKILL');
    }
  });

  it('takes turns with whoever is at it', async () => {
    await leave(async (scope) => {
      for (const name of ['a', 'b', 'c']) await make(scope, `chaos-${name}`);
    });
    const both = await Promise.all([replayJournal(path), replayJournal(path)]);
    assert.deepEqual(both.map(({ undone }) => undone.length).sort(), [0, 3]);
    assert.deepEqual(made(), []);
  });

  it('leaves the journal of a living engine alone', async () => {
    const file = journalFile(path);
    const journal = new UndoJournal(file, () => Promise.resolve(''));
    await make(journal.scope('cut', never), 'chaos-a');
    await assert.rejects(replayJournal(path, { budgetMs: 100 }), JournalBusy);
    assert.deepEqual(made(), ['chaos-a']);
    file.close();
    await replayJournal(path);
    assert.deepEqual(made(), []);
  });

  it('finds a node again by its first process, and no other one', async () => {
    const one = await started('sleep', ['60']);
    const touch = ['touch', at('ran')];
    const run = (init: ProcessMark): UndoAct => {
      return { do: 'run', node: { name: 'r1', init }, argv: touch, rc: 0 };
    };
    const other = { ...one.mark, startTicks: `${one.mark.startTicks}0` };
    try {
      await leave((scope) => make(scope, 'chaos-a', run(other)));
      assert.deepEqual((await replayJournal(path)).undone, ['r1: is gone']);
      assert.equal(existsSync(at('ran')), false);
      await leave((scope) => make(scope, 'chaos-b', run(one.mark)));
      assert.deepEqual((await replayJournal(path)).undone, [`r1: ${touch.join(' ')}`]);
      assert.equal(existsSync(at('ran')), true);
    } finally {
      one.child.kill('SIGKILL');
    }
    await leave((scope) => make(scope, 'chaos-c', run(one.mark)));
    await once(one.child, 'exit');
    assert.deepEqual((await replayJournal(path)).undone, ['r1: is gone']);
  });

  it('takes a command that has nothing to undo for what it is, if the engine died at it', async () => {
    const one = await started('sleep', ['60']);
    const undo: UndoAct = {
      ...{ do: 'run', node: { name: 'r1', init: one.mark }, argv: ['false'], rc: 0 },
    };
    try {
      await leave((scope) => make(scope, 'chaos-a', undo));
      assert.equal((await replayJournal(path)).failures.length, 1);
      assert.equal((await replayJournal(path)).failures.length, 1);
      const whole = readFileSync(path, 'utf8');
      // as if it had ended before the act did, and before its undoing did
      for (const end of ['"planned"', '"undoing"']) {
        truncateSync(path, 0);
        appendFileSync(path, whole.slice(0, whole.indexOf('\n', whole.indexOf(end)) + 1));
        const { undone, failures } = await replayJournal(path);
        assert.deepEqual(failures, []);
        assert.match(undone.join(), /the engine died at it, and now: r1: false: exit code 1/);
      }
    } finally {
      one.child.kill('SIGKILL');
    }
  });

  it('forgets a run when nothing is left of it, and says in its host log what it did', async () => {
    const runs = new ActingRuns(at('runs'));
    const { mark, child } = await started('sleep', ['60']);
    const run = { runDirectory: directory, runner: mark, engine: null };
    const file = runs.add(run);
    assert.deepEqual(
      runs.list().map((each) => each.run),
      [run],
    );
    assert.equal(isActing(run), true);
    child.kill('SIGKILL');
    await once(child, 'exit');
    assert.equal(isActing(run), false);
    await leave((scope) =>
      make(scope, 'chaos-a', { do: 'start-service', node: 'r1', service: 'zebra' }),
    );
    await undoRun(file, run, 'cleanup');
    assert.deepEqual(readRun(file), run);
    await leave((scope) => make(scope, 'chaos-b'));
    await undoRun(file, run, 'watchdog');
    assert.equal(readRun(file), undefined);
    const log = readFileSync(at('host.ndjson'), 'utf8').trimEnd().split('\n');
    assert.deepEqual(
      log.map((line) => (JSON.parse(line) as { by: string }).by),
      ['cleanup', 'watchdog'],
    );
  });

  it('ends all of an engine and nobody else', async () => {
    const script = 'sleep 60 & sleep 60 & echo up; wait';
    const engine = spawn('sh', ['-c', script], {
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const other = await started('sleep', ['60']);
    await once(engine.stdout, 'data');
    const leader = readProcess(engine.pid ?? 0);
    assert(leader !== undefined);
    engine.kill('SIGKILL');
    await endSession({ ...leader, startTicks: `${leader.startTicks}0` });
    const left = (): number =>
      readdirSync('/proc').filter(
        (pid) =>
          readProcess(Number(pid))?.session === leader.pid &&
          readProcess(Number(pid))?.state !== 'Z',
      ).length;
    assert.equal(left(), 2);
    await endSession(leader);
    assert.equal(left(), 0);
    assert.equal(other.child.exitCode, null);
    other.child.kill('SIGKILL');
  });
});

async function started(
  program: string,
  args: readonly string[],
): Promise<{ readonly child: ChildProcess; readonly mark: ProcessMark }> {
  const child = spawn(program, args, { stdio: 'ignore' });
  await once(child, 'spawn');
  const seen = readProcess(child.pid ?? 0);
  assert(seen !== undefined);
  const { pid, startTicks, command } = seen;
  return { child, mark: { pid, startTicks, command } };
}
