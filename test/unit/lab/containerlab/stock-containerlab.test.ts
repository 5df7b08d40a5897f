import assert from 'node:assert/strict';
import { readContainers } from '../../../../src/lab/containerlab/stock-containerlab.ts';

const A = { lab_name: 'x', name: 'clab-x-a', container_id: '0a', image: 'i', state: 'running' };
const OTHER = { ...A, lab_name: 'y', name: 'clab-y-a' };
const READ = [{ name: 'clab-x-a', id: '0a', state: 'running' }];

describe("containerlab's JSON", () => {
  it('is a map of labs (0.68 and later)', () => {
    assert.deepEqual(readContainers(JSON.stringify({ x: [A], y: [OTHER] }), 'x'), READ);
  });

  it('is one list of containers (before)', () => {
    assert.deepEqual(readContainers(JSON.stringify({ containers: [A, OTHER] }), 'x'), READ);
  });

  it('is refused when it is neither', () => {
    assert.throws(() => readContainers('{"x": [{"name": 1}]}', 'x'));
  });
});
