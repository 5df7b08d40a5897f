import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeReports } from '../../../src/cli/run/judge.ts';
import {
  lockRunDirectory,
  newDirectoryUnder,
  prepareRunDirectory,
  readRunFile,
  removeIfEmpty,
  timeForName,
  writeRunFile,
} from '../../../src/cli/run/run-directory.ts';
import type { RenderedReports } from '../../../src/report/render-reports.ts';
import type { RunFile } from '../../../src/run/run-file.ts';
import { scratch } from '../../scratch.ts';

describe('a run directory', () => {
  const base = scratch();

  const run = (startedAt: string): RunFile =>
    ({ schema: 'chaos.run/1', startedAt, plan: {} }) as unknown as RunFile;

  it('is made, with its parents', () => {
    assert.equal(prepareRunDirectory(join(base.path(), 'a/b')), join(base.path(), 'a/b'));
    assert(existsSync(join(base.path(), 'a/b')));
  });

  it('that holds an earlier run loses that run, and nothing else', () => {
    for (const name of ['run.json', 'events.ndjson', 'mine.txt'])
      writeFileSync(join(base.path(), name), '');
    mkdirSync(join(base.path(), 'logs/a'), { recursive: true });
    prepareRunDirectory(base.path());
    assert(!existsSync(join(base.path(), 'events.ndjson')));
    assert(!existsSync(join(base.path(), 'logs')));
    assert(existsSync(join(base.path(), 'mine.txt')));
  });

  it('that is a file, or below one, is refused', () => {
    writeFileSync(join(base.path(), 'file'), '');
    for (const name of ['file', 'file/run']) {
      assert.throws(() => prepareRunDirectory(join(base.path(), name)), { code: 'usage' });
    }
  });

  it('that holds anything else is refused', () => {
    writeFileSync(join(base.path(), 'thesis.tex'), '');
    assert.throws(() => prepareRunDirectory(base.path()), { code: 'usage' });
  });

  it('tells the engine nothing of where, when and by whom, not even in size', () => {
    const at = (file: string, startedAt: string): string => {
      const position = { file, line: 3, column: startedAt.length };
      const plan = {
        file,
        about: startedAt,
        steps: [{ id: 'dead', position }],
        topology: { file },
      };
      writeRunFile(base.path(), { ...run(startedAt), plan: plan as unknown as RunFile['plan'] });
      return readFileSync(join(base.path(), 'engine.json'), 'utf8');
    };
    const text = at('/home/me/s.yml', '2026-11-21T12:00:00.000Z');
    assert.equal(text, at('s.yml', 'x'));
    assert.match(text, /"id":"dead"/);
    const whole = JSON.parse(readFileSync(join(base.path(), 'run.json'), 'utf8')) as RunFile;
    assert.equal(whole.startedAt, 'x');
    assert.equal(whole.plan.file, 's.yml');
  });

  it('is read again, or it is said what it is not', () => {
    assert.throws(() => readRunFile(base.path()), /holds no run/);
    writeFileSync(join(base.path(), 'run.json'), '{"schema": "chaos.run/1"');
    assert.throws(() => readRunFile(base.path()), /is not JSON: was it cut off/);
    writeFileSync(join(base.path(), 'run.json'), '{"schema": "chaos.run/9"}');
    assert.throws(() => readRunFile(base.path()), /is no run of this version/);
    for (const text of ['null', '5']) {
      writeFileSync(join(base.path(), 'run.json'), text);
      assert.throws(() => readRunFile(base.path()), /is no run of this version/);
    }
    writeFileSync(join(base.path(), 'run.json'), '{"schema": "chaos.run/1"}');
    assert.throws(() => readRunFile(base.path()), /holds no plan/);
    writeRunFile(base.path(), run('now'));
    assert.equal(readRunFile(base.path()).startedAt, 'now');
  });

  it('is gone when nothing was written there, and only then', () => {
    writeFileSync(join(newDirectoryUnder(base.path(), 'full'), 'run.json'), '');
    removeIfEmpty(newDirectoryUnder(base.path(), 'empty'));
    removeIfEmpty(join(base.path(), 'full'));
    removeIfEmpty(join(base.path(), 'never'));
    assert.deepEqual(readdirSync(base.path()), ['full']);
  });

  it('is one run at a time', () => {
    const unlock = lockRunDirectory(base.path());
    assert.throws(() => lockRunDirectory(base.path()), {
      code: 'usage',
      message: /another run is writing/,
    });
    unlock();
    lockRunDirectory(base.path())();
  });

  it('gets whole reports, or none of that name', () => {
    mkdirSync(join(base.path(), 'report.json'));
    const files = { 'summary.md': 'a', 'report.json': '{}' };
    assert.throws(() => {
      writeReports(base.path(), { files } as unknown as RenderedReports);
    }, /EISDIR/);
    assert.deepEqual(readdirSync(base.path()), ['report.json', 'summary.md']);
  });

  it('has a name that is new', () => {
    const parent = join(base.path(), 'reports');
    // of two runs that start in one second neither has the other's
    assert.equal(newDirectoryUnder(parent, 'x'), join(parent, 'x'));
    assert.equal(newDirectoryUnder(parent, 'x'), join(parent, 'x-2'));
    assert(existsSync(join(parent, 'x-2')));
    assert.equal(timeForName(new Date(2026, 0, 2, 3, 4, 5)), '20260102-030405');
  });
});
