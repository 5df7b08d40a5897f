import assert from 'node:assert/strict';
import { faultDocs } from '../../../src/fault/docs.ts';
import { faultKinds } from '../../../src/fault/registry.ts';

describe('the page about faults', () => {
  const text = faultDocs();

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
