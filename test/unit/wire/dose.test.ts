import assert from 'node:assert/strict';
import { randomStream, uniform } from '../../../src/fault/random.ts';
import { doseFigure } from '../../../src/wire/dose.ts';

const loss = { quantity: 'loss', ratio: 0.3 } as const;

describe('doses', () => {
  it('of no frame are not measured', () => {
    assert.deepEqual(doseFigure(loss, { seen: 0, hit: 0 }, 1e9), {
      asked: 0.3,
      measured: null,
      interval: null,
    });
  });

  it('have Wilson’s interval (figures: 176 of 603, z = 3.2905)', () => {
    const { measured, interval } = doseFigure(loss, { seen: 603, hit: 176 }, 1e9);
    assert.equal(measured, 176 / 603);
    const [low, high] = interval ?? [NaN, NaN];
    assert.ok(Math.abs(low - 0.23505) < 1e-4 && Math.abs(high - 0.35604) < 1e-4, `${low} ${high}`);
  });

  it('stay within 0 and 1, and say how little one frame tells', () => {
    assert.deepEqual(doseFigure({ quantity: 'cut' }, { seen: 1, hit: 1 }, 1e9).interval?.[1], 1);
    assert.ok((doseFigure({ quantity: 'cut' }, { seen: 1, hit: 1 }, 1e9).interval?.[0] ?? 1) < 0.1);
  });

  it('contain the true share as often as they promise', () => {
    const random = randomStream(1, 'dose');
    let missed = 0;
    for (let run = 0; run < 3000; run++) {
      let hit = 0;
      for (let frame = 0; frame < 200; frame++) if (uniform(random) < 0.3) hit++;
      const [low, high] = doseFigure(loss, { seen: 200, hit }, 1e9).interval ?? [NaN, NaN];
      if (low > 0.3 || high < 0.3) missed++;
    }
    // 3 are expected
    assert.ok(missed <= 10, String(missed));
  });

  it('are wider where neighbouring frames share their fate', () => {
    const width = (dependence?: Parameters<typeof doseFigure>[0]): number => {
      const [low, high] = doseFigure(dependence, { seen: 10_000, hit: 3000 }, 100e9).interval ?? [
        0, 0,
      ];
      return high - low;
    };
    const alone = width(loss);
    const chain = width({ ...loss, dependence: { per: 'frame', correlation: 0.9 } });
    const bursts = width({ ...loss, dependence: { per: 'time', correlationNs: 0.14e9 } });
    assert.ok(Math.abs(chain / alone - Math.sqrt(19)) < 0.1, String(chain / alone));
    // 100 s are worth 357 independent looks
    assert.ok(Math.abs(bursts / alone - Math.sqrt(10_000 / 357)) < 0.2, String(bursts / alone));
  });
});
