import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeDirectory } from '../../../src/cli/make-directory.ts';

describe('a directory that a user named', () => {
  let base = '';
  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'chaos-test-'));
  });
  afterEach(() => {
    rmSync(base, { recursive: true, force: true });
  });

  it('is made with its parents, and may be there already', () => {
    makeDirectory(join(base, 'a/b/c'), 0o700);
    makeDirectory(join(base, 'a/b/c'));
    assert.equal(statSync(join(base, 'a/b/c')).mode & 0o777, 0o700);
  });

  it('may be reached by a symbolic link', () => {
    symlinkSync(base, join(base, 'link'));
    makeDirectory(join(base, 'link/a'));
    assert(existsSync(join(base, 'a')));
  });

  it('is refused where a file is in the way', () => {
    writeFileSync(join(base, 'file'), '');
    for (const name of ['file', 'file/a', 'file/a/b']) {
      assert.throws(() => makeDirectory(join(base, name)), {
        code: 'usage',
        message: `${join(base, 'file')} is a file, and no directory`,
      });
    }
  });

  it('is refused where none can be made, and does not try for ever', () => {
    assert.throws(() => makeDirectory('/proc/no-such/a'), {
      code: 'cannot-run-here',
      message: /\/proc\/no-such\/a cannot be made \(\/proc\/no-such\): no directory/,
    });
  });

  it('is refused where its name is none', () => {
    symlinkSync('loop', join(base, 'loop'));
    assert.throws(() => makeDirectory(join(base, 'loop/a')), { code: 'usage', message: /circle/ });
    const long = join(base, 'a'.repeat(300));
    assert.throws(() => makeDirectory(long), { code: 'usage', message: /too long/ });
  });
});
