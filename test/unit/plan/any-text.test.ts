import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ChaosError } from '../../../src/errors.ts';
import { base, plan } from './fixture.ts';

const pieces = [
  '{', '}', '[', ']', ',', ': ', ' ', '\n', ' #', '"', "'", '$', '*x', '&x ', '<<: ', '- ', '0', '-1', '1e9', '~',
  'true', 'each step', 'run', '..', 'bursts', '!x ', '5s', '30%', '{}', '[]', '(', ')', 'not ', '[1]', '99999d',
  'constructor', '__proto__', 'ready', '+ 5s', 'only: ', 'flap: ', '\t', '\u2028', '\r\n', '😀',
]; // prettier-ignore

describe('plan/any text', () => {
  it('is planned, or refused with places inside of it: never a crash', function () {
    this.timeout(30_000);
    const edit = fc.record({
      at: fc.nat({ max: base.length }),
      removed: fc.nat({ max: 12 }),
      put: fc.constantFrom('', ...pieces),
    });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
        let text = base;
        for (const { at, removed, put } of edits) {
          text = text.slice(0, at) + put + text.slice(at + removed);
        }
        try {
          plan(text);
        } catch (error) {
          assert.ok(error instanceof ChaosError, error instanceof Error ? error.stack : 'thrown');
          assert.ok(error.problems.length > 0, error.message);
          const lines = text.split(/\r\n|\r|\n/);
          for (const { position, message } of error.problems) {
            const line = lines[position.line - 1];
            assert.ok(line !== undefined, message);
            assert.ok(position.column >= 1 && position.column <= line.length + 1, message);
            assert.doesNotMatch(message, /undefined|\[object|NaN/);
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});
