import assert from 'node:assert/strict';
import { delayTable, TABLE_LENGTH, TABLE_SCALE } from '../../../src/wire/delay-table.ts';
import type { JitterPart } from '../../../src/wire/delay-table.ts';

/** Mean, standard deviation and skewness of what netem makes of a table, ns. */
function moments(parts: readonly JitterPart[]): { mean: number; sd: number; third: number } {
  const { jitterNs, table } = delayTable(parts);
  const delays = [...table].map((t) => (t / TABLE_SCALE) * jitterNs);
  const mean = delays.reduce((a, b) => a + b, 0) / delays.length;
  const central = (power: number): number =>
    delays.reduce((sum, x) => sum + (x - mean) ** power, 0) / delays.length;
  return { mean, sd: Math.sqrt(central(2)), third: central(3) };
}

function near(actual: number, expected: number, tolerance: number): void {
  assert.ok(
    Math.abs(actual - expected) <= tolerance,
    `${String(actual)} is not ${String(expected)}`,
  );
}

describe('tables of delay distributions', () => {
  it('are those of iproute2 (first, middle and last entries of its 6.1 files)', () => {
    const of = (distribution: JitterPart['distribution']): Int16Array =>
      delayTable([{ jitterNs: TABLE_SCALE * 1000, distribution }]).table;
    const expected: readonly [JitterPart['distribution'], readonly number[]][] = [
      ['normal', [-32768, -28307, -26871, -5, 5, 26164, 27159, 28858]],
      ['pareto', [-5461, -5460, -5460, -2625, -2620, 32767, 32767, 32767]],
      ['paretonormal', [-12305, -11171, -10812, -1970, -1963, 31116, 31365, 31789]],
    ];
    for (const [distribution, entries] of expected) {
      const table = of(distribution);
      for (const [i, k] of [0, 1, 2, 2047, 2049, 4093, 4094, 4095].entries()) {
        near(table[k] ?? NaN, entries[i] ?? NaN, 1);
      }
    }
  });

  it('spread by the jitter: uniform over ± jitter, normal with it as standard deviation', () => {
    const uniform = moments([{ jitterNs: 5e6, distribution: 'uniform' }]);
    near(uniform.mean, 0, 1000);
    near(uniform.sd, 5e6 / Math.sqrt(3), 5000);
    const normal = moments([{ jitterNs: 5e6, distribution: 'normal' }]);
    near(normal.mean, 0, 5000);
    near(normal.sd, 5e6, 25_000);
  });

  it('of a sum have the moments of the sum', () => {
    const parts: JitterPart[] = [
      { jitterNs: 3e6, distribution: 'uniform' },
      { jitterNs: 2e6, distribution: 'pareto' },
      { jitterNs: 4e6, distribution: 'normal' },
    ];
    const sum = moments(parts);
    const each = parts.map((part) => moments([part]));
    const total = (of: (m: (typeof each)[number]) => number): number =>
      each.reduce((all, m) => all + of(m), 0);
    const sd = Math.sqrt(total((m) => m.sd ** 2));
    near(
      sum.mean,
      total((m) => m.mean),
      sd / 200,
    );
    near(sum.sd, sd, sd / 100);
    near(Math.cbrt(sum.third), Math.cbrt(total((m) => m.third)), sd / 20);
  });

  it('of two equal uniform jitters is the triangle', () => {
    const part: JitterPart = { jitterNs: 5e6, distribution: 'uniform' };
    const { jitterNs, table } = delayTable([part, part]);
    for (const p of [0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99]) {
      const k = Math.round(p * TABLE_LENGTH - 0.5);
      const share = (k + 0.5) / TABLE_LENGTH;
      const exact =
        share < 0.5 ? 1e7 * (Math.sqrt(2 * share) - 1) : 1e7 * (1 - Math.sqrt(2 * (1 - share)));
      near(((table[k] ?? NaN) / TABLE_SCALE) * jitterNs, exact, 10_000);
    }
  });

  it('without jitter there is none', () => {
    assert.deepEqual(delayTable([]), { jitterNs: 0, table: new Int16Array(0) });
  });
});
