import assert from 'node:assert/strict';
import { compose } from '../../../src/wire/compose.ts';
import type { DirectionState } from '../../../src/wire/direction-state.ts';
import { bandStages, steer } from '../../../src/wire/steering.ts';
import type { ProtocolClass } from '../../../src/wire/want.ts';

function impaired(...protocols: readonly ProtocolClass[]): DirectionState {
  const state = compose(
    protocols.map((protocol, i) => ({
      link: 'dci',
      direction: 'a>b',
      kind: 'impair',
      fault: protocol,
      match: { protocol },
      impairment: { delayNs: (i + 1) * 1e6 },
    })),
  );
  const [only] = [...state.values()];
  assert.ok(only !== undefined);
  return only;
}

const bits = (steered: ReturnType<typeof steer>): string =>
  steered.map(({ key, bit }) => `${key}:${String(bit)}`).join(' ');

describe('steering of impaired classes', () => {
  it('gives each class a bit of its own', () => {
    assert.equal(bits(steer([], impaired('vrrp', 'bgp'))), 'bgp:0 vrrp:1');
  });

  it('lets a class that stays keep its bit, so that none of its frames is overtaken', () => {
    const before = steer([], impaired('bgp', 'vrrp'));
    assert.equal(bits(steer(before, impaired('vrrp', 'arp'))), 'arp:0 vrrp:1');
  });

  it('steers a healed class until its band has run dry', () => {
    const before = steer([], impaired('bgp', 'vrrp'));
    const after = steer(before, impaired('vrrp'), () => false);
    assert.equal(bits(after), 'bgp:0 vrrp:1');
    assert.deepEqual(after[0]?.impairments, []);
    assert.equal(bits(steer(after, impaired('vrrp'), () => true)), 'vrrp:1');
  });

  it('takes the bit of a healed class only when no other is free', () => {
    const four = steer([], impaired('bgp', 'vrrp', 'ospf', 'arp'));
    const lingering = steer(four, impaired('vrrp', 'ospf', 'arp'), () => false);
    const freed = lingering.find(({ key }) => key === 'bgp')?.bit;
    const after = steer(lingering, impaired('vrrp', 'ospf', 'arp', 'bfd'), () => false);
    assert.equal(after.find(({ key }) => key === 'bfd')?.bit, freed);
    assert.equal(after.length, 4);
  });

  it('gives a frame of several classes what all of them want', () => {
    const stages = bandStages(steer([], impaired('bgp', 'ipv4')));
    const delays = [...stages].map(([band, { delayNs }]) => [band, delayNs / 1e6]);
    assert.deepEqual(delays, [
      [2, 1],
      [3, 2],
      [4, 3],
    ]);
  });
});
