import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { boundFiles, readBinds, writeNodeFiles } from '../../../src/lab/node-files.ts';
import type { TopologyNode } from '../../../src/lab/topology.ts';

describe('lab/node-files', () => {
  const root = mkdtempSync(join(tmpdir(), 'chaos-test-'));
  after(() => {
    rmSync(root, { recursive: true });
  });

  it('a directory is there with all that is in it, and when nothing is', () => {
    mkdirSync(join(root, 'lab/data/empty'), { recursive: true, mode: 0o755 });
    writeFileSync(join(root, 'lab/data/a.txt'), 'a');
    const node = {
      binds: [
        { source: 'lab/data', target: join(root, 'node/data'), readOnly: false },
        { source: 'lab/data/empty', target: join(root, 'node/logs'), readOnly: false },
      ],
    } as unknown as TopologyNode;
    const files = readBinds(node, root);
    writeNodeFiles(files);
    assert.equal(readFileSync(join(root, 'node/data/a.txt'), 'utf8'), 'a');
    for (const path of ['node/data/empty', 'node/logs']) {
      assert.ok(statSync(join(root, path)).isDirectory(), path);
    }
    assert.equal(boundFiles(files)(join(root, 'node/data/a.txt')), 'a');
    assert.equal(boundFiles(files)(join(root, 'node/logs')), undefined);
  });
});
