import assert from 'node:assert/strict';
import { runInside } from './run-inside.ts';

interface Figures {
  readonly sent: number;
  readonly received: number;
  readonly damaged: number;
  readonly meanNs: number;
  readonly neighbours: number;
}

describe('netem with our options', () => {
  let said: ReadonlyMap<string, unknown>;
  before(async () => {
    said = await runInside('netem-figures.ts');
  });
  const of = (name: string): Figures => said.get(name) as Figures;

  const options = (name: string): unknown => {
    const [first] = said.get(`read ${name}`) as { options: Record<string, unknown> }[];
    const { limit: _, ecn: __, ...rest } = first?.options ?? {};
    return rest;
  };
  const near = (actual: number, expected: number, relative: number): void => {
    assert.ok(
      Math.abs(actual / expected - 1) < relative,
      `${String(actual)} is not ${String(expected)}`,
    );
  };

  it('is what tc reads back, and leaves nothing of the change before', () => {
    const rate = (bytes: number): unknown => ({
      rate: bytes,
      packetoverhead: 0,
      cellsize: 0,
      celloverhead: 0,
    });
    const delay = (seconds: number, jitter = 0): unknown => ({
      delay: seconds,
      jitter,
      correlation: 0,
    });
    const hitless = rate(1_250_000_000);
    assert.deepEqual(options('neutral'), { gap: 0 });
    // tc shows whole microseconds, rounded down
    assert.deepEqual(options('delay'), { delay: delay(0.010499), rate: hitless, gap: 0 });
    assert.deepEqual(options('jitter'), { delay: delay(0.02, 0.005), rate: hitless, gap: 0 });
    const gemodel = { p: 0.02, r: 0.25, '1-h': 0.75, '1-k': 0.125 };
    assert.deepEqual(options('gemodel'), { 'loss-gemodel': gemodel, gap: 0 });
    const states = { p13: 0.02, p31: 0.2, p32: 0.1, p23: 0.3, p14: 0.01 };
    assert.deepEqual(options('four-state'), { 'loss-state': states, gap: 0 });
    assert.deepEqual(options('others'), {
      delay: delay(0.001),
      reorder: { reorder: 0.25, correlation: 0 },
      corrupt: { corrupt: 0.1, correlation: 0 },
      rate: rate(1_000_000),
      slot: { 'min-delay': 0.001, 'max-delay': 0.002, packets: 0, bytes: 0 },
      gap: 5,
    });
    assert.deepEqual(options('neutral again'), { gap: 0 });
  });

  it('delays every frame by what is asked, and loses none', () => {
    assert.equal(of('neutral').received, 200);
    assert.ok(of('neutral').meanNs < 20_000);
    near(of('delay 20ms').meanNs, 20e6, 0.001);
    assert.equal(of('delay 20ms').received, 500);
  });

  it('damages and reorders the share that is asked', () => {
    // 96 of a frame's 114 bytes are looked at
    const { damaged, sent } = of('corrupt');
    assert.ok(
      Math.abs(damaged / sent - (0.1 * 96) / 114) < 4 * Math.sqrt(0.08 / sent),
      String(damaged),
    );
    const overtook = 1 - of('reorder').meanNs / 10e6;
    assert.ok(Math.abs(overtook - 0.2) < 4 * Math.sqrt(0.16 / 2000), String(overtook));
    assert.equal(of('reorder').received, 2000);
  });

  it('has no delay correlation, whatever it is told: that is why impair refuses it', () => {
    assert.ok(Math.abs(of('correlation 90%').neighbours) < 0.06);
  });
});
