import assert from 'node:assert/strict';
import { impair } from '../../../src/fault/impair.ts';
import type { ImpairParams } from '../../../src/fault/impair-schema.ts';
import type { WireDirection } from '../../../src/wire/want.ts';

const at: WireDirection = { link: 'dci', direction: 'a>b' };

function parse(own: unknown): ImpairParams {
  return impair.schema.parse(own);
}

/** path: message of each problem */
function problems(own: unknown): string[] {
  const result = impair.schema.safeParse(own);
  assert.ok(!result.success, 'it was accepted');
  return result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

describe('impair', () => {
  it('takes everything that netem can do', () => {
    const own = {
      delay: '20ms', jitter: '5ms', distribution: 'pareto', loss: '1%', duplicate: '2%', corrupt: '3%',
      reorder: '4%', gap: 5, rate: '10mbit', limit: 100, slot: { min: '1ms', max: '2ms' },
      match: { protocol: 'udp', 'larger-than': '100B' },
    }; // prettier-ignore
    const { limit: _, ...selective } = own;
    const [want] = impair.wants(parse(selective), at, 'f');
    assert.deepEqual(want, {
      ...at,
      kind: 'impair',
      fault: 'f',
      match: { protocol: 'udp', largerThanBytes: 100 },
      impairment: {
        delayNs: 20e6, jitterNs: 5e6, distribution: 'pareto', lossRatio: 0.01, duplicateRatio: 0.02, corruptRatio: 0.03,
        reorderRatio: 0.04, reorderGap: 5, rateBitPerSec: 10e6, slotMinNs: 1e6, slotMaxNs: 2e6,
      }, // prettier-ignore
    });
  });

  it('says in a line what it does', () => {
    const loss = { burst: { mean: '30%', length: '200ms' } };
    assert.equal(
      impair.describe(parse({ delay: '20ms', jitter: '5ms', loss })),
      'delay 20ms ±5ms, loss 30% in bursts of 200ms',
    );
    assert.equal(
      impair.describe(parse({ match: 'vrrp', rate: '10mbit', reorder: '5%', delay: '1ms' })),
      'delay 1ms, reorder 5%, rate 10mbit (vrrp only)',
    );
  });

  const bad: readonly [string, unknown, RegExp][] = [
    ['nothing', {}, /^: asks for nothing/],
    ['only a class', { match: 'vrrp' }, /^: asks for nothing/],
    ['a number without a unit', { delay: '20' }, /^delay: .*no unit/],
    [
      'more jitter than delay',
      { delay: '1ms', jitter: '2ms' },
      /^jitter: is larger than the delay/,
    ],
    ['a distribution of no jitter', { delay: '1ms', distribution: 'normal' }, /^distribution: /],
    ['reorder without a delay', { reorder: '1%' }, /^reorder: needs a delay/],
    ['a gap without reorder', { delay: '1ms', gap: 3 }, /^gap: /],
    ['the queue of a class', { limit: 5, match: 'vrrp' }, /^limit: /],
    [
      'delay correlation',
      { delay: '1ms', correlation: '25%' },
      /^correlation: netem's delay correlation/,
    ],
    [
      'loss correlation',
      { loss: '1%', 'loss-correlation': '25%' },
      /^loss-correlation: netem's loss/,
    ],
    [
      'loss correlation, the other way',
      { loss: { correlation: '25%' } },
      /^loss.correlation: netem's loss/,
    ],
    [
      'two loss models',
      { loss: { burst: { mean: '1%', length: '1s' }, gemodel: { p: '1%', r: '1%' } } },
      /^loss: give exactly one/,
    ],
    ['half a burst', { loss: { burst: { mean: '30%' } } }, /^loss.burst.length: missing/],
    [
      'a chain that stands still',
      { loss: { gemodel: { p: '0%', r: '0%' } } },
      /^loss.gemodel: .*never moves/,
    ],
    ['an unknown class', { delay: '1ms', match: 'vrp' }, /^match: .*"vrrp"/],
    [
      'ports of ARP',
      { delay: '1ms', match: { protocol: 'arp', flow: { 'source-port': 1 } } },
      /^match: .*no ports/,
    ],
    [
      'an address that is none',
      { delay: '1ms', match: { flow: { source: 'me' } } },
      /^match.flow.source: expected an IP/,
    ],
    [
      'two versions of IP',
      { delay: '1ms', match: { flow: { source: '10.0.0.1', destination: 'fd00::1' } } },
      /^match: .*no packet is both/,
    ],
  ];
  for (const [name, own, expected] of bad) {
    it(`refuses ${name}`, () => {
      const found = problems(own);
      assert.ok(
        found.some((problem) => expected.test(problem)),
        found.join('\n'),
      );
    });
  }

  it('needs netem for what nftables and the link cannot do', () => {
    const needs = (own: unknown): boolean => impair.needsNetem(parse(own));
    const burst = { mean: '30%', length: '200ms' };
    for (const own of [
      { loss: '1%' },
      { loss: { burst } },
      { duplicate: '1%' },
      { rate: '1mbit' },
      { limit: 5 },
    ]) {
      assert.equal(needs(own), false, JSON.stringify(own));
    }
    const gemodel = { p: '1%', r: '10%' };
    for (const own of [
      { delay: '1ms' },
      { corrupt: '1%' },
      { loss: { gemodel } },
      { rate: '1mbit', match: 'bgp' },
    ]) {
      assert.equal(needs(own), true, JSON.stringify(own));
    }
  });

  it('asks for the loss that its model has in the long run', () => {
    const dose = (loss: unknown): number => {
      const [asked] = impair.asks(parse({ loss }));
      return asked !== undefined && 'ratio' in asked ? (asked.ratio ?? NaN) : NaN;
    };
    const near = (actual: number, expected: number): void => {
      assert.ok(
        Math.abs(actual - expected) < 1e-12,
        `${String(actual)} is not ${String(expected)}`,
      );
    };
    near(dose('1%'), 0.01);
    near(dose({ burst: { mean: '30%', length: '1s' } }), 0.3);
    near(dose({ gemodel: { p: '1%', r: '9%' } }), 0.1);
    near(dose({ gemodel: { p: '1%', r: '9%', 'loss-bad': '50%', 'loss-good': '10%' } }), 0.14);
    near(dose({ state: { p13: '1%', p31: '9%', p32: '0%', p23: '0%', p14: '0%' } }), 0.1);
    near(dose({ state: { p13: '0%', p31: '0%', p32: '0%', p23: '0%', p14: '25%' } }), 0.2);
  });

  it('lets a burst drop everything, and in between only counts', () => {
    const params = parse({ loss: { burst: { mean: '30%', length: '200ms' } } });
    assert.deepEqual(impair.wants(params, at, 'f'), [
      { ...at, kind: 'drop', fault: 'f', match: {}, ratio: 0 },
    ]);
    assert.equal(
      impair.phases?.(parse({ loss: '1%' }), at, 'f', { fromNs: 0, toNs: 1 }, null as never),
      undefined,
    );
  });
});
