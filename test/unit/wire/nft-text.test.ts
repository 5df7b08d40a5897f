import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compose } from '../../../src/wire/compose.ts';
import { baseRuleset, faultCounters, transitionRules } from '../../../src/wire/nft-text.ts';
import type { SteeredState } from '../../../src/wire/nft-text.ts';
import { steer } from '../../../src/wire/steering.ts';
import type { Direction, WireWant } from '../../../src/wire/want.ts';
import { refuseCombination } from '../../../src/wire/combination.ts';
import { anyWants } from './arbitrary-wants.ts';

const deviceOf = (link: string, direction: Direction): { enters: string; leaves: string } => {
  const name = link === 'dci' ? 'w1' : 'w2';
  return direction === 'a>b'
    ? { enters: `${name}a`, leaves: `${name}b` }
    : { enters: `${name}b`, leaves: `${name}a` };
};

function states(wants: readonly WireWant[]): ReadonlyMap<string, SteeredState> {
  return new Map(
    [...compose(wants)].map(([key, state]) => [key, { ...state, steered: steer([], state) }]),
  );
}

/** Applies a transaction to chains as nft does: flush and add. */
function applied(chains: Map<string, string[]>, text: string): Map<string, string[]> {
  for (const line of text.split('\n')) {
    const [verb, what, , , chain = '', ...rule] = line.split(' ');
    if (what === 'chain' && verb === 'flush') chains.set(chain, []);
    if (what === 'rule') chains.get(chain)?.push(rule.join(' '));
  }
  return chains;
}

const at = { link: 'dci', direction: 'a>b' } as const;
const vrrp: WireWant = {
  ...at,
  kind: 'drop',
  fault: 'cut[2]#0',
  match: { protocol: 'vrrp' },
  ratio: 0.3,
};

describe('nft transactions', () => {
  it('say nothing when nothing changes', () => {
    fc.assert(
      fc.property(anyWants, (wants) => {
        fc.pre(refuseCombination(wants) === undefined);
        assert.equal(transitionRules(states(wants), states([...wants].reverse()), deviceOf), '');
      }),
    );
  });

  it('end in the same rules whatever was in force before', () => {
    fc.assert(
      fc.property(anyWants, anyWants, (some, others) => {
        fc.pre(refuseCombination(some) === undefined && refuseCombination(others) === undefined);
        const straight = applied(new Map(), transitionRules(new Map(), states(others), deviceOf));
        const there = applied(new Map(), transitionRules(new Map(), states(some), deviceOf));
        const around = applied(there, transitionRules(states(some), states(others), deviceOf));
        const rules = [...around].filter(([, own]) => own.length > 0).sort();
        assert.deepEqual(rules, [...straight].filter(([, own]) => own.length > 0).sort());
      }),
    );
  });

  it('do not touch a direction that stays as it is', () => {
    const other: WireWant = { link: 'l2', direction: 'b>a', kind: 'cut', fault: 'hole' };
    const text = transitionRules(states([vrrp]), states([vrrp, other]), deviceOf);
    assert.match(text, /f_w2b/);
    assert.doesNotMatch(text, /w1/);
  });

  it('drop with two counters a fault, whose names nft can read', () => {
    assert.equal(
      transitionRules(new Map(), states([vrrp]), deviceOf),
      [
        'add counter netdev faults s_w1a_cut_5b_2_5d__23_0',
        'add counter netdev faults h_w1a_cut_5b_2_5d__23_0',
        'flush chain netdev faults f_w1a',
        'add rule netdev faults f_w1a meta l4proto 112 counter name "s_w1a_cut_5b_2_5d__23_0" numgen random mod 1000000 < 300000 counter name "h_w1a_cut_5b_2_5d__23_0" drop',
        '',
      ].join('\n'),
    );
  });

  it('count without dropping at 0 %, and drop without dice at 100 %', () => {
    const rule = (ratio: number): string =>
      transitionRules(new Map(), states([{ ...vrrp, ratio }]), deviceOf).split('\n')[3] ?? '';
    assert.doesNotMatch(rule(0), /drop|numgen/);
    assert.match(rule(1), /counter name "h_[^"]*" drop$/);
    assert.doesNotMatch(rule(1), /numgen/);
  });

  it('drop before they mark, and mark before they copy', () => {
    const wants: WireWant[] = [
      vrrp,
      { ...at, kind: 'cut', fault: 'hole' },
      {
        ...at,
        kind: 'impair',
        fault: 'slow',
        match: { protocol: 'garp' },
        impairment: { delayNs: 5, duplicateRatio: 1 },
      },
    ];
    const chains = applied(new Map(), transitionRules(new Map(), states(wants), deviceOf));
    const verdicts = (chains.get('f_w1a') ?? []).map((rule) => rule.split(' ').at(-1));
    assert.deepEqual(verdicts, [
      '}',
      '0x80000000',
      '}',
      '"c_w1a_hole"',
      'drop',
      'drop',
      '"i_w1a_slow"',
      '1',
    ]);
    assert.match(chains.get('d_w1a')?.at(-1) ?? '', /dup to "w1b"$/);
  });

  it('never make a counter twice', () => {
    const text = transitionRules(states([vrrp]), states([{ ...vrrp, ratio: 0.5 }]), deviceOf);
    assert.doesNotMatch(text, /add counter/);
  });

  it('shorten the name of a fault that is too long for nft, and keep it unique', () => {
    const name = (fault: string): string => {
      const [state] = [...states([{ ...vrrp, fault }]).values()];
      return faultCounters(state!, 'w1a')[0]!.seen;
    };
    const long = 'x-'.repeat(200);
    assert.ok(name(long).length < 128);
    assert.notEqual(name(long), name(`${long}y`));
  });
});

describe('the base ruleset', () => {
  it('forwards each end to the other, after the faults', () => {
    const text = baseRuleset([{ name: 'w1' }]);
    assert.match(text, /add rule netdev wire w1a fwd to "w1b"/);
    assert.match(text, /add rule netdev wire w1b fwd to "w1a"/);
    assert.match(text, /chain netdev faults w1a \{ .* priority 0 ;/);
    assert.match(text, /chain netdev wire w1a \{ .* priority 100 ;/);
  });

  it('is owned by who makes it, where that is asked for', () => {
    assert.match(baseRuleset([], { owner: true }), /flags owner/);
    assert.doesNotMatch(baseRuleset([]), /owner/);
  });
});
