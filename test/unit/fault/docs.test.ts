import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { faultDocs } from '../../../src/fault/docs.ts';
import { faultKinds } from '../../../src/fault/registry.ts';

describe('the page about faults', () => {
  const text = faultDocs();

  it('is docs/faults.md (CHAOS_UPDATE_DOCS=1 writes it)', async () => {
    const file = new URL('../../../docs/faults.md', import.meta.url).pathname;
    const style = (await resolveConfig(file)) ?? {};
    const formatted = await format(text, { ...style, filepath: file });
    if (process.env['CHAOS_UPDATE_DOCS'] !== undefined) writeFileSync(file, formatted);
    assert.equal(readFileSync(file, 'utf8'), formatted);
    // loading prettier takes most of a second
  }).timeout(20_000);

  it('has a section for every kind, with its example', () => {
    for (const { name, about, example } of Object.values(faultKinds)) {
      assert.ok(
        text.includes(`## \`${name}\`\n\n${about}\n\n\`\`\`yaml\n${example}\n\`\`\``),
        name,
      );
    }
  });

  it('says of every parameter what it does', () => {
    const rows = text
      .split('\n')
      .filter((line) => line.startsWith('| `') && line.split('|').length === 5);
    assert.ok(rows.length > 40);
    const untold = rows.filter((row) =>
      row.split(' | ').some((cell) => cell.trim() === '' || cell === ' |'),
    );
    assert.deepEqual(untold, []);
  });

  it('names parameters within maps by their path', () => {
    assert.match(
      text,
      /^\| `loss\.burst\.length` \| duration, `20ms` \| mean length of a burst \|$/m,
    );
  });
});
