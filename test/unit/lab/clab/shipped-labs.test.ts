import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { globSync } from 'tinyglobby';
import { readTopology } from '../../../../src/lab/clab/read-topology.ts';
import { imageFor } from '../../../../src/service/registry.ts';

describe('labs/', () => {
  const files = globSync('labs/*/*.clab.yml').sort();

  it('are there', () => {
    assert.ok(files.length >= 4, files.join(', '));
  });

  for (const file of files) {
    it(`${file} is read without complaint, and nothing of it is left out`, () => {
      const topology = readTopology(readFileSync(file, 'utf8'), file, {
        environment: {},
        exists: existsSync,
      });
      assert.deepEqual(topology.notHonoured, []);
      assert.equal(file, `labs/${topology.name}/${topology.name}.clab.yml`);
      for (const node of topology.nodes) assert.equal(imageFor(node.image)?.exact, true, node.name);
    });
  }
});
