import assert from 'node:assert/strict';
import { bernoulli, fourState, gilbertElliott, type LossChain } from './markov.ts';
import type { DoseReport } from './room-lab.ts';
import { runInside } from './run-inside.ts';
import { assertDelays, assertLosses, JITTERS } from './statistics.ts';

interface Figures {
  readonly sent: number;
  readonly lost: number;
  readonly doubled: number;
  readonly reordered: number;
  readonly minNs: number;
  readonly medianNs: number;
  readonly maxNs: number;
  readonly readBack?: string;
  readonly doses: readonly DoseReport[];
  readonly wrong: number;
  readonly within: number;
  readonly edges: number;
  /** for statistics: of each packet x (lost) or . (not), and the delays of those that arrived */
  readonly fates: string;
  readonly delaysNs: readonly number[];
}

describe('the wire room with netem, in the embedded kernel', function () {
  // lab time costs little, but the machine may be busy
  this.timeout(180_000);
  let said: ReadonlyMap<string, unknown>;
  before(async () => {
    said = await runInside('room-figures.ts');
  });

  const of = (name: string): Figures => said.get(name) as Figures;

  it('finds netem and bands', () => {
    assert.deepEqual(said.get('abilities'), { netem: true, bands: true });
  });

  it('lets everything pass at once when nothing is wanted', () => {
    const { lost, doubled, reordered, maxNs } = of('neutral');
    assert.deepEqual([lost, doubled, reordered], [0, 0, 0]);
    assert.ok(maxNs < 1e6, String(maxNs));
  });

  it('delays every frame by what was asked', () => {
    const { lost, reordered, minNs, medianNs, readBack } = of('delay');
    assert.deepEqual([lost, reordered], [0, 0]);
    assert.ok(minNs >= 20e6 && medianNs < 20.1e6, `${String(minNs)} ${String(medianNs)}`);
    assert.match(readBack ?? '', /netem delay 20ms/);
  });

  it('counts each frame that a drop rule hits', () => {
    const { lost, doses } = of('loss');
    const dose = doses.findLast(({ quantity }) => quantity === 'loss');
    assert.equal(dose?.hit, lost);
  });

  it('counts what a loss model drops', () => {
    for (const name of ['gemodel', 'four-state']) {
      const { lost, doses } = of(name);
      const dose = doses.findLast(({ quantity }) => quantity === 'impair');
      assert.equal(dose?.hit, lost);
    }
  });

  const chains: Readonly<Record<string, LossChain>> = {
    loss: bernoulli(0.3),
    gemodel: gilbertElliott(0.05, 0.2, 0.9, 0.01),
    'four-state': fourState({ p13: 0.04, p31: 0.2, p32: 0.1, p23: 0.3, p14: 0.02 }),
  };
  for (const [name, chain] of Object.entries(chains)) {
    it(`loses as theory says: ${name}, of 10,000 packets their share and the lengths of all runs`, () => {
      assert.ok(of(name).fates.length >= 10_000);
      assertLosses(of(name).fates, chain);
    });
  }

  for (const [name, quantile] of Object.entries(JITTERS)) {
    it(`delays as theory says: ${name}, of 10,000 packets mean and quantiles within 1 %`, () => {
      const jitterNs = name === 'uniform' ? 400e3 : name === 'triangular' ? 200e3 : 100e3;
      const { delaysNs, lost, reordered } = of(name);
      assert.ok(delaysNs.length >= 10_000);
      assert.deepEqual([lost, reordered], [0, 0]);
      // what the wire takes without any fault
      const wireNs = of('neutral').medianNs;
      assert.ok(wireNs < 10e3);
      assertDelays(delaysNs, (u) => wireNs + 1e6 + jitterNs * quantile(u));
    });
  }

  it('delays only the class that is meant', () => {
    assert.ok(of('class').minNs >= 20e6);
    assert.ok(of('other class').maxNs < 1e6);
  });

  const hitless = ['a delay', 'a jitter', 'the delay of a class', 'a rate', 'a loss of none'];
  for (const name of hitless) {
    it(`loses and reorders nothing of 12,000 packets: ${name}, 200 times injected, changed, removed`, () => {
      const { sent, lost, doubled, reordered, edges } = of(`${name} in and out`);
      assert.ok(sent > 12_000);
      assert.deepEqual([lost, doubled, reordered, edges], [0, 0, 0, 600]);
    });
  }

  it('loses and reorders nothing: the delay of a class, each to its end', () => {
    const { sent, lost, doubled, reordered } = of('class, each to its end');
    assert.ok(sent > 10_000);
    assert.deepEqual([lost, doubled, reordered], [0, 0, 0]);
  });

  for (const name of ['cuts', 'fast cuts']) {
    it(`loses exactly what was sent while cut: ${name}`, () => {
      const { lost, wrong, within } = of(name);
      assert.ok(lost > 300, String(lost));
      assert.deepEqual([wrong, within], [0, 0]);
    });
  }
});
