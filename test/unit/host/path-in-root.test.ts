import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathInRoot } from '../../../src/host/path-in-root.ts';

describe('a path of another root directory', () => {
  let root = '';
  before(() => {
    root = mkdtempSync(join(tmpdir(), 'root-'));
    for (const name of ['run', 'etc/frr', 'var']) mkdirSync(join(root, name), { recursive: true });
    symlinkSync('/run', join(root, 'var/run'));
    symlinkSync('../etc', join(root, 'var/conf'));
    symlinkSync('/../../../etc/passwd', join(root, 'etc/out'));
    symlinkSync('loop', join(root, 'loop'));
  });
  after(() => {
    rmSync(root, { recursive: true });
  });

  it('leads where it leads for those who live there', () => {
    assert.equal(pathInRoot(root, '/etc/frr/frr.conf'), `${root}/etc/frr/frr.conf`);
    assert.equal(pathInRoot(root, '/var/run/x'), `${root}/run/x`);
    assert.equal(pathInRoot(root, '/var/conf/./frr//x'), `${root}/etc/frr/x`);
    assert.equal(pathInRoot(root, '/'), root);
  });

  it('never leads out of it', () => {
    assert.equal(pathInRoot(root, '/etc/out'), `${root}/etc/passwd`);
    assert.equal(pathInRoot(root, '/../../etc'), `${root}/etc`);
  });

  it('takes what is not there as it is written, and refuses a ring of links', () => {
    assert.equal(pathInRoot(root, '/new/dir/file'), `${root}/new/dir/file`);
    assert.throws(() => pathInRoot(root, '/loop/x'), /too many symbolic links/);
  });
});
