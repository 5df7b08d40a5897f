import assert from 'node:assert/strict';
import { readTraceCsv } from '../../../src/fault/trace-csv.ts';

/** `line:column message` of each problem */
function problems(text: string): readonly string[] {
  const { problems: found } = readTraceCsv(text);
  return found.map(({ line, column, message }) => `${String(line)}:${String(column)} ${message}`);
}

describe('a trace as CSV', () => {
  it('has names with their units, and plain numbers below', () => {
    const text = [
      '# somebody',
      'time in s, delay in ms,jitter in us,loss in %,rate in mbit',
      '0,20,500,0.5,10',
      '',
      '1.5,  40.25,0,100,0.25',
    ];
    const rows = [
      { atNs: 0, delayNs: 20e6, jitterNs: 500e3, lossRatio: 0.005, rateBitPerSec: 10e6 },
      { atNs: 1.5e9, delayNs: 40.25e6, jitterNs: 0, lossRatio: 1, rateBitPerSec: 250e3 },
    ];
    for (const end of ['\n', '\r\n']) {
      assert.deepEqual(readTraceCsv(`${text.join(end)}${end}`), { rows, problems: [] });
    }
    assert.deepEqual(readTraceCsv(`\uFEFF${text.join('\n')}`).rows, rows);
  });

  it('may have any of the columns, in any order', () => {
    assert.deepEqual(readTraceCsv('loss in %,time in ms\n1,0\n2,100\n').rows, [
      { lossRatio: 0.01, atNs: 0 },
      { lossRatio: 0.02, atNs: 100e6 },
    ]);
  });

  const bad: readonly [what: string, text: string, ...said: RegExp[]][] = [
    ['nothing', '', /^1:1 the trace is empty/],
    ['comments alone', '# a\n# b\n', /^1:1 the trace is empty/],
    ['no row', 'time in s,delay in ms\n', /^1:1 the trace has no row/],
    ['no time', 'delay in ms\n20\n', /^1:1 there is no column 'time'/],
    ['nothing but the time', 'time in s\n0\n', /^1:1 the trace says nothing but the time/],
    ['a misspelt name', 'time in s,dealy in ms\n0,1\n', /^1:11 there is no column 'dealy in ms'/],
    ['a name without unit', 'time in s,delay\n0,1\n', /^1:11 'delay' has no unit/],
    ['the unit of another', 'time in s,delay in mbit\n0,1\n', /^1:11 'mbit' is no unit of 'delay'/],
    [
      'a spelling of others',
      'time in s,rate in Mbps\n0,1\n',
      /^1:11 'Mbps' is not a unit; write mbit/,
    ],
    ['a name twice', 'time in s,loss in %,loss in %\n0,1,1\n', /^1:21 'loss' is there twice/],
    ['other separators', 'time in s;loss in %\n0;1\n', /^1:1 there is no column 'time in s;loss/],
    ['too few cells', 'time in s,loss in %\n0\n', /^2:1 the row has 1 cells/],
    ['too many cells', 'time in s,loss in %\n0,1,2\n', /^2:5 the row has 3 cells/],
    ['an empty cell', 'time in s,loss in %\n0,\n', /^2:3 'loss' is empty/],
    ['a unit in a cell', 'time in s,loss in %\n0,1%\n', /^2:3 '1%' is no plain number/],
    ['a decimal comma', 'time in s,loss in %\n0,"1,5"\n', /^2:6 the row has 3 cells/],
    ['a sign', 'time in s,loss in %\n0,-1\n', /^2:3 '-1' is no plain number/],
    ['an exponent', 'time in s,loss in %\n0,1e1\n', /^2:3 '1e1' is no plain number/],
    ['too much loss', 'time in s,loss in %\n0,101\n', /^2:3 101% is too large/],
    ['no rate at all', 'time in s,rate in mbit\n0,0\n', /^2:3 0mbit is too small/],
    ['half a nanosecond', 'time in s,delay in ns\n0,0.5\n', /^2:3 .*whole multiple of 1ns/],
    ['a late start', 'time in s,loss in %\n1,1\n', /^2:1 the first row is at 1s/],
    ['time that goes back', 'time in s,loss in %\n0,1\n2,1\n1,1\n', /^4:1 1s comes after 2s/],
    ['rows too near', 'time in us,loss in %\n0,1\n999,1\n', /^3:1 999us comes after 0s/],
    [
      'more jitter than delay',
      'time in s,delay in ms,jitter in ms\n0,1,2\n',
      /^2:5 jitter is larger than the delay/,
    ],
    [
      'several at once',
      'time in s,loss in %\n0,x\n1,200\n',
      /^2:3 'x' is no plain number/,
      /^3:3 200% is too large/,
    ],
  ];
  for (const [what, text, ...said] of bad) {
    it(`refuses ${what}, at its place`, () => {
      const found = problems(text);
      assert.equal(found.length, said.length, found.join('\n'));
      for (const [index, pattern] of said.entries()) assert.match(found[index] ?? '', pattern);
    });
  }

  it('refuses what is too large, and says no more than ten things', () => {
    const rows = (n: number): string =>
      Array.from({ length: n }, (_, i) => `${String(i)},1\n`).join('');
    assert.deepEqual(readTraceCsv(`time in s,loss in %\n${rows(10_000)}`).problems, []);
    assert.deepEqual(problems(`time in s,loss in %\n${rows(10_001)}`), [
      '10002:1 the trace has 10001 rows',
    ]);
    assert.match(problems('#'.repeat(1_000_001))[0] ?? '', /^1:1 the trace has 1000001 characters/);
    assert.equal(problems(`time in s,loss in %\n${'x,x\n'.repeat(50)}`).length, 10);
  });
});
