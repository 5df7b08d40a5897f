import assert from 'node:assert/strict';
import fc from 'fast-check';
import { z } from 'zod';
import type { Dimension } from '../../../src/scenario/quantity.ts';
import {
  bitRate,
  count,
  duration,
  formatQuantity,
  parseQuantity,
  rate,
  ratio,
  size,
} from '../../../src/scenario/units.ts';

describe('scenario/units', () => {
  const good: readonly (readonly [string, Dimension, number, string?])[] = [
    ['20ms', 'duration', 20e6],
    ['0.1ms', 'duration', 100e3, '100us'],
    ['1m30s', 'duration', 90e9],
    ['90s', 'duration', 90e9, '1m30s'],
    ['1h0.5s', 'duration', 3_600_500_000_000],
    ['1.5h', 'duration', 5_400e9, '1h30m'],
    ['1500ms', 'duration', 1500e6, '1.5s'],
    ['0s', 'duration', 0],
    ['7ns', 'duration', 7],
    ['1d2h3m4s5ms', 'duration', 93_784_005_000_000, '1d2h3m4.005s'],
    ['30%', 'ratio', 0.3],
    ['0.07%', 'ratio', 0.0007],
    ['250%', 'ratio', 2.5],
    ['10mbit', 'bit-rate', 10e6],
    ['1gbit', 'bit-rate', 1e9],
    ['64kbit', 'bit-rate', 64e3],
    ['1.5mbit', 'bit-rate', 1.5e6],
    ['100/s', 'rate', 100],
    ['20k/s', 'rate', 20e3],
    ['0.5/s', 'rate', 0.5],
    ['1500B', 'size', 1500],
    ['64kB', 'size', 64e3],
    ['1MiB', 'size', 2 ** 20],
    ['5', 'count', 5],
    ['0', 'count', 0],
    ['2.5', 'count', 2.5],
  ];
  for (const [text, dimension, value, canonical] of good) {
    it(`reads ${text}`, () => {
      assert.deepEqual(parseQuantity(text), { dimension, value, text });
      assert.equal(formatQuantity({ dimension, value }), canonical ?? text);
    });
  }

  const bad: readonly (readonly [string, RegExp])[] = [
    ['', /expected a number with a unit/],
    ['ms', /expected a number with a unit/],
    ['-5ms', /expected a number with a unit/],
    ['.5s', /expected a number with a unit/],
    ['20 ms', /is not a unit/],
    ['5 ', /is not a unit/],
    ['1e5', /'e5' is not a unit/],
    ['20msec', /write 20ms/],
    ['10Mbps', /write 10mbit/],
    ['10KB', /write 10kB/],
    ['5min', /write 5m/],
    ['100pps', /write 100\/s/],
    ['30s1m', /from large to small/],
    ['1m1m', /each once/],
    ['1m30', /is not a unit/],
    ['0.5ns', /whole multiple of 1ns/],
    ['0.5B', /whole multiple of 1B/],
    ['200d', /too large/],
    ['1constructor', /is not a unit/],
    ['5\n', /is not a unit/],
  ];
  for (const [text, message] of bad) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.throws(() => parseQuantity(text), { name: 'ChaosError', code: 'invalid', message });
    });
  }

  it('formats differences and figures between nanoseconds', () => {
    assert.equal(formatQuantity({ dimension: 'duration', value: -1.5e9 }), '-1.5s');
    assert.equal(formatQuantity({ dimension: 'duration', value: 1234.4 }), '1.234us');
    assert.equal(formatQuantity({ dimension: 'ratio', value: 1 / 3 }), '33.33333333333333%');
  });

  it('reads back what it writes', () => {
    const whole = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
    const any = fc.oneof(
      fc.record({
        dimension: fc.constantFrom<Dimension>('duration', 'size', 'bit-rate', 'count'),
        value: whole,
      }),
      fc.record({
        dimension: fc.constantFrom<Dimension>('ratio', 'rate'),
        value: fc.integer({ min: 0, max: 10_000_000 }).map((n) => n / 10_000),
      }),
    );
    fc.assert(
      fc.property(any, ({ dimension, value }) => {
        const back = parseQuantity(formatQuantity({ dimension, value }));
        assert.equal(back.dimension, dimension);
        assert.equal(back.value, value);
      }),
    );
  });

  const schemas: readonly (readonly [string, z.ZodType<number>, unknown, number | RegExp])[] = [
    ['duration', duration(), '20ms', 20e6],
    ['duration', duration(), 20, /expected a duration such as 20ms; 20 has no unit/],
    ['duration', duration(), 0, /0 has no unit/],
    ['duration', duration(), '0', /0 has no unit/],
    ['duration', duration(), '30%', /expected a duration such as 20ms; 30% is a percentage/],
    ['duration', duration(), null, /not an empty value/],
    ['duration', duration(), undefined, /missing; expected a duration/],
    ['duration', duration(), ['1s'], /not a list/],
    ['duration', duration({ max: 1e9 }), '2s', /2s is too large; at most 1s/],
    ['ratio', ratio(), '30%', 0.3],
    ['ratio', ratio(), 0.3, /expected a percentage such as 30%; 0.3 has no unit/],
    ['ratio', ratio(), '130%', /130% is too large; at most 100%/],
    ['bitRate', bitRate(), '10mbit', 10e6],
    ['bitRate', bitRate(), '10/s', /10\/s is a rate/],
    ['rate', rate(), '20k/s', 20e3],
    ['rate', rate(), '20kbit', /20kbit is a bit rate/],
    ['size', size(), '1KiB', 1024],
    ['count', count(), 5, 5],
    ['count', count(), '5', 5],
    ['count', count({ min: 1 }), 0, /0 is too small; at least 1/],
    ['count', count(), 2.5, /2.5 is not a whole number/],
    ['count', count(), '5ms', /expected a plain number such as 5; 5ms is a duration/],
    ['duration', duration(), { dimension: 'duration', value: 7, text: '$d' }, 7],
    ['duration', duration(), { dimension: 'ratio', value: 7, text: '$r' }, /\$r is a percentage/],
  ];
  for (const [name, schema, input, want] of schemas) {
    it(`${name}() of ${JSON.stringify(input)}`, () => {
      const result = schema.safeParse(input);
      if (typeof want === 'number') assert.equal(result.data, want);
      else assert.match(result.error?.issues[0]?.message ?? 'no error', want);
    });
  }

  it('exports to JSON Schema for editors', () => {
    const schema = z.strictObject({ delay: duration().optional(), loss: ratio() });
    const json = z.toJSONSchema(schema, { io: 'input' });
    assert.deepEqual(json.required, ['loss']);
    const delay = json.properties?.['delay'];
    assert.ok(typeof delay === 'object' && typeof delay.pattern === 'string');
    assert.match('20ms', new RegExp(delay.pattern));
    assert.doesNotMatch('20', new RegExp(delay.pattern));
  });
});
