import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compose } from '../../../src/wire/compose.ts';
import { baseRuleset, chainText, faultCounters, hookRules } from '../../../src/wire/nft-text.ts';
import type { SteeredState, WireDevices } from '../../../src/wire/nft-text.ts';
import { NODE_RULES, ROOM_RULES } from '../../../src/wire/rule-place.ts';
import { steer } from '../../../src/wire/steering.ts';
import type { Direction, WireWant } from '../../../src/wire/want.ts';
import { refuseCombination } from '../../../src/wire/combination.ts';
import { anyWants } from './arbitrary-wants.ts';

const deviceOf = (link: string, direction: Direction): WireDevices => {
  const name = link === 'dci' ? 'w1' : 'w2';
  const [enters, leaves] =
    direction === 'a>b' ? [`${name}a`, `${name}b`] : [`${name}b`, `${name}a`];
  return { enters, leaves: `"${leaves}"`, place: ROOM_RULES };
};

function states(wants: readonly WireWant[]): ReadonlyMap<string, SteeredState> {
  return new Map(
    [...compose(wants)].map(([key, state]) => [key, { ...state, steered: steer([], state) }]),
  );
}

/** The rules of each hook, of all directions. */
function rulesOf(wants: readonly WireWant[]): ReadonlyMap<string, readonly string[]> {
  const hooks = [...states(wants).values()].flatMap((state) => hookRules(state, deviceOf));
  return new Map(hooks.map(({ hook, rules }) => [hook, rules]));
}

const at = { link: 'dci', direction: 'a>b' } as const;
const vrrp: WireWant = {
  ...at,
  kind: 'drop',
  fault: 'cut[2]#0',
  match: { protocol: 'vrrp' },
  ratio: 0.3,
};

describe('rules of faults', () => {
  it('are the same in whatever order faults are wanted', () => {
    fc.assert(
      fc.property(anyWants, (wants) => {
        fc.pre(refuseCombination(wants) === undefined);
        assert.deepEqual(rulesOf([...wants].reverse()), rulesOf(wants));
      }),
    );
  });

  it('are those of their own direction only', () => {
    const other: WireWant = { link: 'l2', direction: 'b>a', kind: 'cut', fault: 'hole' };
    const rules = rulesOf([vrrp, other]);
    assert.deepEqual(rules.get('f_w1a'), rulesOf([vrrp]).get('f_w1a'));
    assert.deepEqual(rules.get('f_w2b'), rulesOf([other]).get('f_w2b'));
    assert.equal(rules.size, 4);
  });

  it('drop with two counters a fault, whose names nft can read', () => {
    const rules = rulesOf([vrrp]).get('f_w1a') ?? [];
    assert.deepEqual(rules, [
      'meta l4proto 112 counter name "s_w1a_cut_5b_2_5d__23_0" numgen random mod 1000000 < 300000 counter name "h_w1a_cut_5b_2_5d__23_0" drop',
    ]);
  });

  it('stand in a chain that is made with its new counters', () => {
    assert.equal(
      chainText('faults', 'f_w1a_1', ['counter name "new" drop', 'drop'], ['new']),
      [
        'add counter netdev faults new',
        'add chain netdev faults f_w1a_1',
        'add rule netdev faults f_w1a_1 counter name "new" drop',
        'add rule netdev faults f_w1a_1 drop',
        '',
      ].join('\n'),
    );
  });

  it('count without dropping at 0 %, and drop without dice at 100 %', () => {
    const rule = (ratio: number): string => rulesOf([{ ...vrrp, ratio }]).get('f_w1a')?.[0] ?? '';
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
    const chains = rulesOf(wants);
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

  it('stand where frames leave a node when a wire is direct: losses are no news to the sender', () => {
    const inNode = (link: string, direction: Direction): WireDevices => ({
      ...deviceOf(link, direction),
      leaves: '7',
      place: NODE_RULES,
    });
    const wants: WireWant[] = [
      { ...at, kind: 'cut', fault: 'hole' },
      { ...at, kind: 'drop', fault: 'big', match: { largerThanBytes: 1000 }, ratio: 1 },
      { ...at, kind: 'impair', fault: 'copy', match: {}, impairment: { duplicateRatio: 1 } },
      { ...at, kind: 'impair', fault: 'slow', match: { protocol: 'bgp' }, impairment: { delayNs: 1 } },
    ]; // prettier-ignore
    const [state] = [...states(wants).values()];
    const [marks, copies] = hookRules(state!, inNode);
    assert.ok(marks !== undefined && copies !== undefined);
    assert.deepEqual(
      marks.rules.filter((rule) => /drop/.test(rule)),
      [],
    );
    assert.equal(marks.rules[0], 'meta mark set 0', 'marks of the node are not ours');
    assert.ok(marks.rules.includes('fwd to 2147483647'));
    // with the Ethernet header
    assert.ok(marks.rules.some((rule) => rule.startsWith('meta length > 1014 ')));
    assert.match(marks.rules.at(-1) ?? '', /^meta priority set meta mark & 15 map @bands$/);
    assert.match(copies.rules.at(-1) ?? '', / meta mark set 0xca05ca05 dup to 7$/);
  });
});
