import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { exitCodeOf } from '../../../src/cli/exit-code.ts';
import type { ErrorCode } from '../../../src/errors.ts';

/** The type demands every code: a new one does not compile until it is here, and then needs its line. */
const codes: Readonly<Record<ErrorCode, true>> = {
  usage: true,
  invalid: true,
  'not-found': true,
  'not-yet': true,
  'cannot-run-here': true,
  'lab-failed': true,
  stalled: true,
  interrupted: true,
  bug: true,
};

describe('docs/errors.md', () => {
  const text = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8');
  const rows = new Map(
    [...text.matchAll(/^\| `([a-z-]+)` *\| *(\d+) *\|/gm)].map((row) => [row[1], Number(row[2])]),
  );

  it('has a line for each error code, with its exit code', () => {
    for (const code of Object.keys(codes) as ErrorCode[]) {
      assert.equal(rows.get(code), exitCodeOf(code), code);
    }
  });

  it('has no line for a code that does not exist', () => {
    assert.deepEqual([...rows.keys()].sort(), Object.keys(codes).sort());
  });
});
