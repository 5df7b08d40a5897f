import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  newDirectoryUnder,
  prepareRunDirectory,
  readRunFile,
  timeForName,
  writeRunFile,
} from '../../../src/cli/run/run-directory.ts';
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
    ({ schema: 'chaos.run/1', startedAt }) as unknown as RunFile;

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

  it('that holds anything else is refused', () => {
    writeFileSync(join(base, 'thesis.tex'), '');
    assert.throws(() => prepareRunDirectory(base), { code: 'usage' });
  });

  it('has a run.json whose size does not depend on what differs from run to run', () => {
    const sizes = ['2026-11-21T12:00:00.000Z', 'x'].map((startedAt) => {
      writeRunFile(base, run(startedAt));
      return statSync(join(base, 'run.json')).size;
    });
    assert.equal(sizes[0], sizes[1]);
    assert.equal(
      (JSON.parse(readFileSync(join(base, 'run.json'), 'utf8')) as RunFile).startedAt,
      'x',
    );
  });

  it('is read again, or it is said what it is not', () => {
    assert.throws(() => readRunFile(base), /holds no run/);
    writeFileSync(join(base, 'run.json'), '{"schema": "chaos.run/1"');
    assert.throws(() => readRunFile(base), /is not JSON: was it cut off/);
    writeFileSync(join(base, 'run.json'), '{"schema": "chaos.run/9"}');
    assert.throws(() => readRunFile(base), /is no run of this version/);
    writeRunFile(base, run('now'));
    assert.equal(readRunFile(base).startedAt, 'now');
  });

  it('has a name that is new', () => {
    assert.equal(newDirectoryUnder(base, 'x'), join(base, 'x'));
    mkdirSync(join(base, 'x'));
    assert.equal(newDirectoryUnder(base, 'x'), join(base, 'x-2'));
    assert.equal(timeForName(new Date(2026, 0, 2, 3, 4, 5)), '20260102-030405');
  });
});
