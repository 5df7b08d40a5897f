import assert from 'node:assert/strict';
import fc from 'fast-check';
import { fitLines } from '../../../src/cli/fit-lines.ts';

describe('lines that fit a terminal', () => {
  it('go on below their text, with words kept whole', () => {
    assert.equal(
      fitLines('expect    two masters in bursts stay within budget\nshort', 30),
      [
        'expect    two masters in',
        '          bursts stay within',
        '          budget',
        'short',
      ].join('\n'),
    );
  });

  it('keep what is indented indented, and a word that is too long as it is', () => {
    assert.equal(
      fitLines(`    one ${'x'.repeat(20)} two`, 12),
      `    one\n    ${'x'.repeat(20)}\n    two`,
    );
  });

  it('say the same words in the same order, none too long where it can be', () => {
    const words = fc.array(fc.stringMatching(/^[a-z]{1,8}$/), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(words, fc.integer({ min: 10, max: 60 }), (some, columns) => {
        const fitted = fitLines(some.join(' '), columns);
        assert.deepEqual(fitted.split(/\s+/u), some);
        for (const line of fitted.split('\n')) assert.ok(line.length <= columns, line);
      }),
    );
  });
});
