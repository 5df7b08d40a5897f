import { strict as assert } from 'node:assert';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtKernels, cached } from '../../../src/kernel/find-kernel.ts';
import type { EmbeddedKernel, KernelInfo } from '../../../src/kernel/find-kernel.ts';
import { kernelCache } from '../../../src/kernel/places.ts';
import { recipeDigest } from '../../../src/kernel/recipe.ts';

describe('kernels in the cache', () => {
  const before = process.env['XDG_CACHE_HOME'];
  let cache = '';

  beforeEach(() => {
    cache = mkdtempSync(join(tmpdir(), 'cache-'));
    process.env['XDG_CACHE_HOME'] = cache;
  });

  afterEach(() => {
    if (before === undefined) delete process.env['XDG_CACHE_HOME'];
    else process.env['XDG_CACHE_HOME'] = before;
    rmSync(cache, { recursive: true, force: true });
  });

  function add(info: Partial<KernelInfo> & { readonly digest: string }): void {
    const whole: KernelInfo = {
      schema: 'chaos.kernel/1',
      recipe: recipeDigest(),
      binary: `bytes of ${info.digest}`,
      version: '7.3.4-1',
      seccomp: true,
      builtAt: '2026-11-21T00:00:00.000Z',
      buildSeconds: 300,
      ...info,
    };
    const directory = join(kernelCache(), info.digest);
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, 'info.json'), JSON.stringify(whole));
  }

  /** What root built for everybody is found as well, where there is such: it is left out here. */
  const builtHere = (): readonly EmbeddedKernel[] =>
    builtKernels().filter((kernel) => kernel.path.startsWith(cache));
  const cachedHere = (): number =>
    cached().filter(({ directory }) => directory.startsWith(cache)).length;

  it('none where nothing was built', () => {
    assert.deepEqual(builtHere(), []);
    assert.equal(cachedHere(), 0);
  });

  it('the newest of this recipe; those of another are left alone', () => {
    add({ digest: 'old', version: '7.9.1-1', seccomp: true });
    add({ digest: 'new', version: '7.10.1-1' });
    add({ digest: 'other', version: '9.9.9-1', recipe: 'another' });
    assert.deepEqual(
      builtHere().map((kernel) => kernel.digest),
      ['bytes of new', 'bytes of old'],
    );
    assert.equal(builtHere()[0]?.path, join(cache, 'chaos', 'kernel', 'new', 'linux'));
    assert.equal(cachedHere(), 3);
  });

  it('nothing half-made: a build that goes on is not a kernel', () => {
    mkdirSync(join(kernelCache(), 'build'), { recursive: true });
    mkdirSync(join(kernelCache(), 'abc.new'), { recursive: true });
    assert.deepEqual(builtHere(), []);
  });
});
