import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import {
  buildDigest,
  recipeConfig,
  recipeDigest,
  recipePatches,
} from '../../../src/kernel/recipe.ts';

describe('the kernel recipe', () => {
  it('has one patch a number, its variants newest first', () => {
    const names = recipePatches().map((variants) => variants.map((path) => basename(path)));
    assert.deepEqual(
      names.map((variants) => variants[0]?.slice(0, 4)),
      ['0001', '0002', '0003', '0004', '0005', '0006', '0007', '0008', '0009', '0010'],
    );
    assert.deepEqual(names[2], [
      '0003-no-host-time-stamp-counter.for-7.3.patch',
      '0003-no-host-time-stamp-counter.for-6.12.patch',
    ]);
  });

  it('says in each patch what it is for or what it changes', () => {
    for (const path of recipePatches().flat())
      assert.match(readFileSync(path, 'utf8'), /^--- a\/.*\n\+\+\+ b\//m, path);
  });

  it('takes entropy from the seed alone', () => {
    const config = readFileSync(recipeConfig, 'utf8');
    assert.match(config, /^CONFIG_UML_RANDOM=n$/m);
    assert.match(config, /^CONFIG_HW_RANDOM=n$/m);
  });

  it('names a build by recipe and source', () => {
    assert.match(recipeDigest(), /^[0-9a-f]{16}$/);
    const digests = [
      ['a', '7.3.4-1'],
      ['a', '7.3.4-2'],
      ['b', '7.3.4-1'],
    ].map(([recipe, version]) => buildDigest(recipe ?? '', version ?? ''));
    assert.equal(new Set(digests).size, 3);
  });
});
