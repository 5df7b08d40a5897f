import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { IMAGE_NAMES, imagesDirectory } from '../../../../src/lab/containerlab/image-store.ts';
import { images } from '../../../../src/service/registry.ts';

function dockerfile(name: string): string {
  return readFileSync(join(imagesDirectory, name, 'Dockerfile'), 'utf8');
}

/** An image and what it is made from, down to the base. */
function layersOf(name: string): string {
  const text = dockerfile(name);
  const [, below] = /^FROM chaos\/(\w+)$/m.exec(text) ?? [];
  return below === undefined ? text : layersOf(below) + text;
}

describe('labs/images', () => {
  it('has a Dockerfile for every image of ours, and no other', () => {
    assert.deepEqual([...IMAGE_NAMES].sort(), Object.keys(images).sort());
    assert.deepEqual(readdirSync(imagesDirectory).sort(), [...IMAGE_NAMES].sort());
  });

  for (const image of Object.values(images)) {
    it(`${image.name}: installs the packages whose programs its definition starts`, () => {
      const words = layersOf(image.name).split(/\s+/);
      for (const name of image.packages) assert.ok(words.includes(name), name);
    });

    it(`${image.name}: is built after what it is made from`, () => {
      const [, below] = /^FROM chaos\/(\w+)$/m.exec(dockerfile(image.name)) ?? [];
      const names: readonly string[] = IMAGE_NAMES;
      if (below !== undefined) assert.ok(names.indexOf(below) < names.indexOf(image.name));
      else assert.equal(image.name, IMAGE_NAMES[0]);
    });
  }
});
