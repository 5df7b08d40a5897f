import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { keyDocs } from '../../../../src/lab/clab/key-docs.ts';
import { nodeKeys, TABLE_DRIVERS } from '../../../../src/lab/clab/node-keys.ts';
import { drivers } from '../../../../src/lab/registry.ts';

describe('the page about keys of nodes', () => {
  it('is docs/lab-keys.md (CHAOS_UPDATE_DOCS=1 writes it)', async () => {
    const file = new URL('../../../../docs/lab-keys.md', import.meta.url).pathname;
    const style = (await resolveConfig(file)) ?? {};
    const formatted = await format(keyDocs(), { ...style, filepath: file });
    if (process.env['CHAOS_UPDATE_DOCS'] !== undefined) writeFileSync(file, formatted);
    assert.equal(readFileSync(file, 'utf8'), formatted);
    // loading prettier takes most of a second
  }).timeout(20_000);

  it('has a column for every driver that raises lab files', () => {
    // a lab that runs already has been raised by containerlab itself
    const raising = Object.keys(drivers).filter((name) => name !== 'attach');
    assert.deepEqual([...TABLE_DRIVERS].sort(), raising.sort());
  });

  for (const [key, use] of Object.entries(nodeKeys)) {
    for (const driver of TABLE_DRIVERS) {
      const said = use[driver];
      if (!('lost' in said)) continue;
      it(`${key}: says why ${driver} does not honour it, and what to do`, () => {
        assert.match(said.lost, /^[^.]{10,}; [^.]{8,}[^.]$/);
      });
    }
  }
});
