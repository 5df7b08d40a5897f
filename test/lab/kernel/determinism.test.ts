import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findKernel } from '../../../src/kernel/find-kernel.ts';
import { modulesDirectory, packageRoot } from '../../../src/kernel/places.ts';

/** Same seed, same bytes: node, keepalived, FRR and netem for a minute, the whole capture compared. */

const PROGRAMS = join('test', 'lab', 'kernel', 'programs');
const SKIPPED = new Set(['node_modules', 'reports', '.git', 'coverage']);

describe('the warp clock repeats', function () {
  this.timeout(300_000);
  const made: string[] = [];

  function scratch(at: string = tmpdir(), prefix = 'repeat-'): string {
    const path = mkdtempSync(join(at, prefix));
    made.push(path);
    return path;
  }

  /** SHA-256 over what the program wrote, with the starter and the code taken from `checkout` */
  async function digest(seed: number, checkout: string, runDirectory: string): Promise<string> {
    copyFileSync(join(checkout, PROGRAMS, 'daemons.mjs'), join(runDirectory, 'daemons.mjs'));
    const outer = ['--import', 'tsx', join(checkout, PROGRAMS, 'outer.ts')];
    const args = ['embedded', 'warp', runDirectory, 'daemons.mjs', String(seed)];
    const { stdout } = await promisify(execFile)(process.execPath, [...outer, ...args], {
      cwd: checkout,
    });
    assert.match(stdout, /"exit":\{"code":0,"signal":null,"stall":null\}/);
    const out = readFileSync(join(runDirectory, 'out'));
    assert.ok(out.length > 1000, 'the program wrote too little to compare');
    return createHash('sha256').update(out).digest('hex');
  }

  before(async function () {
    if ((await findKernel())?.warp !== true) this.skip();
  });

  after(() => {
    for (const path of made) rmSync(path, { recursive: true, force: true });
  });

  let reference = '';

  it('with the same seed, from another run directory', async () => {
    reference = await digest(1, packageRoot, scratch());
    assert.equal(await digest(1, packageRoot, scratch(tmpdir(), 'a-longer-name-')), reference);
  });

  it('with junk from others in /tmp, /var/tmp and at home', async () => {
    for (const at of [tmpdir(), '/var/tmp', homedir()]) {
      const junk = scratch(at, 'junk-');
      for (let n = 0; n < 50; n++) writeFileSync(join(junk, `file-${n}`), 'x'.repeat(1000 * n));
    }
    assert.equal(await digest(1, packageRoot, scratch()), reference);
  });

  it('from another checkout, whose path is longer', async () => {
    const checkout = join(scratch(), 'somewhere', 'else', 'far', 'away', 'checkout');
    mkdirSync(checkout, { recursive: true });
    cpSync(packageRoot, checkout, {
      recursive: true,
      filter: (path) => !SKIPPED.has(path.slice(packageRoot.length + 1).split('/')[0] ?? ''),
    });
    symlinkSync(modulesDirectory(), join(checkout, 'node_modules'));
    assert.equal(await digest(1, checkout, scratch()), reference);
  });

  it('and differs with another seed', async () => {
    assert.notEqual(await digest(2, packageRoot, scratch()), reference);
  });
});
