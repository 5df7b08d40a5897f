import assert from 'node:assert/strict';
import { existsSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeDirectory } from '../../../src/cli/make-directory.ts';
import { scratch } from '../../scratch.ts';

describe('a directory that a user named', () => {
  const base = scratch();

  it('is made with its parents, and may be there already', () => {
    makeDirectory(join(base.path(), 'a/b/c'), 0o700);
    makeDirectory(join(base.path(), 'a/b/c'));
    assert.equal(statSync(join(base.path(), 'a/b/c')).mode & 0o777, 0o700);
  });

  it('may be reached by a symbolic link', () => {
    symlinkSync(base.path(), join(base.path(), 'link'));
    makeDirectory(join(base.path(), 'link/a'));
    assert(existsSync(join(base.path(), 'a')));
  });

  it('is refused where a file is in the way', () => {
    writeFileSync(join(base.path(), 'file'), '');
    for (const name of ['file', 'file/a', 'file/a/b']) {
      assert.throws(() => makeDirectory(join(base.path(), name)), {
        code: 'usage',
        message: `${join(base.path(), 'file')} is a file, and no directory`,
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
    symlinkSync('loop', join(base.path(), 'loop'));
    assert.throws(() => makeDirectory(join(base.path(), 'loop/a')), {
      code: 'usage',
      message: /circle/,
    });
    const long = join(base.path(), 'a'.repeat(300));
    assert.throws(() => makeDirectory(long), { code: 'usage', message: /too long/ });
  });
});
