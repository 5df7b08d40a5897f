import assert from 'node:assert/strict';
import { burstPhases } from '../../../src/fault/burst.ts';
import { randomStream } from '../../../src/fault/random.ts';

const span = { fromNs: 0, toNs: 1000e9 };
const model = { mean: 0.3, lengthNs: 200e6 };

describe('bursts in time', () => {
  const bursts = burstPhases(model, span, randomStream(1, 'burst'));
  const lengths = bursts.map(({ fromNs, toNs }) => toNs - fromNs);
  const total = lengths.reduce((a, b) => a + b, 0);

  it('are lost time with the mean that was asked for', () => {
    // 1500 bursts: the standard error of the share is sqrt(2 * 0.3 * 0.7 * 0.14 / 1000) = 0.0077
    assert.ok(Math.abs(total / span.toNs - 0.3) < 4 * 0.0077, String(total / span.toNs));
  });

  it('are exponential: mean and standard deviation are the length', () => {
    const mean = total / lengths.length;
    const sd = Math.sqrt(lengths.reduce((sum, x) => sum + (x - mean) ** 2, 0) / lengths.length);
    const error = model.lengthNs / Math.sqrt(lengths.length);
    assert.ok(Math.abs(mean - model.lengthNs) < 4 * error, String(mean));
    assert.ok(Math.abs(sd - model.lengthNs) < 6 * error, String(sd));
  });

  it('have whole nanoseconds, in order', () => {
    let at = 0;
    for (const { fromNs, toNs } of bursts) {
      assert.ok(
        Number.isInteger(fromNs) && Number.isInteger(toNs) && fromNs >= at && toNs > fromNs,
      );
      at = toNs;
    }
  });

  it('begin within a burst as often as the mean says', () => {
    const short = { fromNs: 0, toNs: 1000 };
    const hits = Array.from({ length: 2000 }, (_, i) => i).filter(
      (i) => burstPhases(model, short, randomStream(i, 'begin')).length > 0,
    ).length;
    assert.ok(Math.abs(hits / 2000 - 0.3) < 4 * Math.sqrt((0.3 * 0.7) / 2000), String(hits));
  });

  it('of 0 % are none, of 100 % all of it', () => {
    assert.deepEqual(burstPhases({ ...model, mean: 0 }, span, randomStream(1)), []);
    assert.deepEqual(burstPhases({ ...model, mean: 1 }, span, randomStream(1)), [span]);
  });
});
