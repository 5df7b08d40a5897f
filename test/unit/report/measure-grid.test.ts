import assert from 'node:assert/strict';
import { measureGrid } from '../../../src/report/measure-grid.ts';
import type { ReportMeasure } from '../../../src/report/report.ts';

const measure = (name: string): ReportMeasure => ({
  name,
  form: 'time',
  text: 'x > 1',
  value: 1,
  unit: 's',
  resolution: 0,
  n: 1,
  window: 'w',
  span: null,
  notes: [],
});

describe('measureGrid', () => {
  it('puts what was taken of each step into one row', () => {
    const grid = measureGrid(['d[a]', 'd[b]', 'e[b]', 'e[a]', 'f'].map(measure));
    assert.deepEqual(grid.steps, ['a', 'b']);
    assert.deepEqual(
      grid.rows.map(({ name, cells }) => [name, ...cells.map((cell) => cell?.name)]),
      [
        ['d', 'd[a]', 'd[b]'],
        ['e', 'e[a]', 'e[b]'],
      ],
    );
    assert.deepEqual(grid.others.map(({ name }) => name), ['f']); // prettier-ignore
  });

  it('leaves a hole for a step of which it was not taken', () => {
    const grid = measureGrid(['d[a]', 'd[b]', 'e[b]', 'e[c]'].map(measure));
    assert.deepEqual(grid.rows.map(({ cells }) => cells.map((cell) => cell?.name)), [['d[a]', 'd[b]', undefined], [undefined, 'e[b]', 'e[c]']]); // prettier-ignore
  });

  it('makes no row of one figure, nor of repeated steps like cut[1]', () => {
    const grid = measureGrid([measure('d[a]'), measure('x')]);
    assert.deepEqual(grid.rows, []);
    assert.equal(grid.others.length, 2);
  });

  it('keeps the number of a repeated step', () => {
    const grid = measureGrid(['d[cut[1]]', 'd[cut[2]]'].map(measure));
    assert.deepEqual(grid.steps, ['cut[1]', 'cut[2]']);
  });
});
