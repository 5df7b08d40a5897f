import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
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

describe('a run directory', () => {
  let base = '';
  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'chaos-test-'));
  });
  afterEach(() => {
    rmSync(base, { recursive: true, force: true });
  });

  const run = (startedAt: string): RunFile =>
    ({ schema: 'chaos.run/1', startedAt, plan: {} }) as unknown as RunFile;

  it('is made, with its parents', () => {
    assert.equal(prepareRunDirectory(join(base, 'a/b')), join(base, 'a/b'));
    assert(existsSync(join(base, 'a/b')));
  });

  it('that holds an earlier run loses that run, and nothing else', () => {
    for (const name of ['run.json', 'events.ndjson', 'mine.txt'])
      writeFileSync(join(base, name), '');
    mkdirSync(join(base, 'logs/a'), { recursive: true });
    prepareRunDirectory(base);
    assert(!existsSync(join(base, 'events.ndjson')));
    assert(!existsSync(join(base, 'logs')));
    assert(existsSync(join(base, 'mine.txt')));
  });

  it('that is a file, or below one, is refused', () => {
    writeFileSync(join(base, 'file'), '');
    for (const name of ['file', 'file/run']) {
      assert.throws(() => prepareRunDirectory(join(base, name)), { code: 'usage' });
    }
  });

  it('that holds anything else is refused', () => {
    writeFileSync(join(base, 'thesis.tex'), '');
    assert.throws(() => prepareRunDirectory(base), { code: 'usage' });
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
      writeRunFile(base, { ...run(startedAt), plan: plan as unknown as RunFile['plan'] });
      return readFileSync(join(base, 'engine.json'), 'utf8');
    };
    const text = at('/home/me/s.yml', '2026-11-21T12:00:00.000Z');
    assert.equal(text, at('s.yml', 'x'));
    assert.match(text, /"id":"dead"/);
    const whole = JSON.parse(readFileSync(join(base, 'run.json'), 'utf8')) as RunFile;
    assert.equal(whole.startedAt, 'x');
    assert.equal(whole.plan.file, 's.yml');
  });

  it('is read again, or it is said what it is not', () => {
    assert.throws(() => readRunFile(base), /holds no run/);
    writeFileSync(join(base, 'run.json'), '{"schema": "chaos.run/1"');
    assert.throws(() => readRunFile(base), /is not JSON: was it cut off/);
    writeFileSync(join(base, 'run.json'), '{"schema": "chaos.run/9"}');
    assert.throws(() => readRunFile(base), /is no run of this version/);
    for (const text of ['null', '5']) {
      writeFileSync(join(base, 'run.json'), text);
      assert.throws(() => readRunFile(base), /is no run of this version/);
    }
    writeFileSync(join(base, 'run.json'), '{"schema": "chaos.run/1"}');
    assert.throws(() => readRunFile(base), /holds no plan/);
    writeRunFile(base, run('now'));
    assert.equal(readRunFile(base).startedAt, 'now');
  });

  it('is gone when nothing was written there, and only then', () => {
    writeFileSync(join(newDirectoryUnder(base, 'full'), 'run.json'), '');
    removeIfEmpty(newDirectoryUnder(base, 'empty'));
    removeIfEmpty(join(base, 'full'));
    removeIfEmpty(join(base, 'never'));
    assert.deepEqual(readdirSync(base), ['full']);
  });

  it('is one run at a time', () => {
    const unlock = lockRunDirectory(base);
    assert.throws(() => lockRunDirectory(base), {
      code: 'usage',
      message: /another run is writing/,
    });
    unlock();
    lockRunDirectory(base)();
  });

  it('gets whole reports, or none of that name', () => {
    mkdirSync(join(base, 'report.json'));
    const files = { 'summary.md': 'a', 'report.json': '{}' };
    assert.throws(() => {
      writeReports(base, { files } as unknown as RenderedReports);
    }, /EISDIR/);
    assert.deepEqual(readdirSync(base), ['report.json', 'summary.md']);
  });

  it('has a name that is new', () => {
    const parent = join(base, 'reports');
    // of two runs that start in one second neither has the other's
    assert.equal(newDirectoryUnder(parent, 'x'), join(parent, 'x'));
    assert.equal(newDirectoryUnder(parent, 'x'), join(parent, 'x-2'));
    assert(existsSync(join(parent, 'x-2')));
    assert.equal(timeForName(new Date(2026, 0, 2, 3, 4, 5)), '20260102-030405');
  });
});
