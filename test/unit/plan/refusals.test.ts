import assert from 'node:assert/strict';
import { base, changed, errorOf, problemAtMark } from './fixture.ts';

/** name, what is replaced in the base, by what (¶ is where the problem must be), message, more (near, hint, expected) */
type Case = readonly [string, string, string, RegExp, RegExp?];

const shape: readonly Case[] = [
  ['an unknown section', 'timeline:', '¶timline:', /unknown key 'timline'/, /timeline/],
  ['no name', 'name: fw-pair\n', '¶', /'name' is missing/, /a text/],
  ['a name that is a number', 'name: fw-pair', 'name: ¶5', /expected a text, not '5'/, /quote it/],
  ['a name with a slash', 'name: fw-pair', 'name: ¶a/b', /names directories/],
  ['an unknown key of lab', 'env: {', '¶envv: {', /unknown key 'envv'/, /env/],
  ['a lab that is both', 'file: lab.clab.yml', 'file: lab.clab.yml, ¶attach: lab', /'attach' cannot stand beside/],
  ['an unknown key of a parameter', 'min: 0%', '¶mim: 0%', /unknown key 'mim'/, /min/],
  ['a parameter without a default', 'advert: { default: 1s }', '¶advert: { about: x }', /'default' is missing/],
  ['a parameter of a wrong unit', 'default: 1s', 'default: ¶1sec', /write 1s/],
  ['a bound of another kind', 'max: 100%', 'max: ¶1s', /not of the same kind/, /percentage/],
  ['a default out of bounds', 'default: 30%', 'default: ¶130%', /at most 100%/],
  ['a default out of its choices', 'default: fast', 'default: ¶fats', /one of fast, slow/],
  ['a bad name of a parameter', 'n: { default', '¶1n: { default', /cannot be a name/],
  ['a list for a map', 'ready: {', 'ready: ¶[1] #{', /expected a map, not a list/],
  ['an empty condition', 'that: [gw.masters == 1, users-a.ok]', '¶that: ', /expected a condition/],
  ['two starts', 'at: 20s, for: 5m', 'at: 20s, ¶after: deaf, for: 5m', /both 'at' and 'after'/],
  ['two ends', 'for: 5m', 'for: 5m, ¶until: 6m', /both 'for' and 'until'/],
  ['two faults in a step', 'impair: {', 'carrier-loss: { link: dci }, ¶impair: {', /in one step/, /faults: \[/],
  ['two steps of one name', 'id: flapping', 'id: ¶bursts', /two steps are called 'bursts'/],
  ['a reserved name of a step', 'id: bursts', 'id: ¶recovery', /a word of the language/],
  ['times without every', 'flap: { on: 2s, off: 4s }', '¶times: 5', /'times' needs 'every'/],
  ['every without times', 'flap: { on: 2s, off: 4s }', '¶every: 5s', /'every' needs 'times'/],
  ['two kinds of observer', '{ group: 51 }', '{ group: 51 }, ¶stp: {}', /one kind of observer/],
  ['no kind of observer', '{ vrrp: { group: 51 } }', '¶{}', /kind of observer is missing/],
  ['a probe named like an observer', 'users-a: { udp', '¶gw: { udp', /names an observer already/],
  ['two forms of a measure', 'time: gw.masters > 1', 'time: gw.masters > 1, ¶count: gw.masters', /both 'time' and 'count'/],
  ['at of a time', 'during: each step', '¶at: 20s', /'at' does not belong here/],
  ['value without its moment', '{ time: gw.masters > 1, during: each step }', '¶{ value: gw.masters }', /needs the moment/, /bursts.end/],
  ['within of always', 'during: bursts', '¶within: 5s, during: bursts', /'within' does not belong here/],
  ['an unknown key of a budget', 'budget: { longest', 'budget: { ¶longst', /unknown key 'longst'/, /longest/],
  ['an unknown key of needs', 'recovery:', 'needs: { ¶netm: true }\nrecovery:', /unknown key 'netm'/, /netem/],
]; // prettier-ignore

const meaning: readonly Case[] = [
  ['an unknown kind of observer', 'vrrp: {', '¶vrpp: {', /unknown key 'vrpp'/, /vrrp/],
  ['an unknown key of an observer', 'group: 51', '¶gruop: 51', /unknown key 'gruop'/, /group/],
  ['a group out of range', 'group: 51', 'group: ¶300', /300 is too large; at most 255/],
  ['a node that an observer does not know', 'group: 51', 'group: 51, nodes: [fw-a, ¶fw-c]', /no node 'fw-c'/],
  ['an unknown kind of probe', 'udp: {', '¶utp: {', /unknown key 'utp'/, /udp/],
  ['a rate without its unit', 'rate: 100/s', 'rate: ¶100', /a rate such as 100\/s; 100 has no unit/],
  ['a key that only ok has', 'rate: 100/s', '¶okk: 1', /unknown key 'okk'/, /ok/],
  ['a limit of loss without <', '"< 5%"', '¶"5%"', /'5%' is no limit/, /"< 5%"/],
  ['a limit of loss in another unit', '"< 5%"', '¶"< 5ms"', /no limit for loss/],
  ['an unknown kind of fault', 'impair: {', '¶impiar: {', /unknown key 'impiar'/, /impair/],
  ['an unknown key of a fault', 'delay: 20ms', '¶dealy: 20ms', /unknown key 'dealy'/, /delay/],
  ['a bare number where a unit is needed', 'delay: 20ms', 'delay: ¶20', /a duration such as 20ms; 20 has no unit/],
  ['a bare zero', 'delay: 20ms', 'delay: ¶0', /0 has no unit/],
  ['another unit', 'delay: 20ms', 'delay: ¶20%', /20% is a percentage/],
  ['a parameter of another unit', 'delay: 20ms', 'delay: ¶$loss', /\$loss is a percentage/],
  ['an unknown parameter', 'loss: $loss', 'loss: ¶$los', /no parameter '\$los'/, /\$loss/],
  ['inside a nested map', 'loss: $loss', 'model: { ¶q: 5% }', /unknown key 'q'/],
  ['a fault without a target', 'impair: { link: dci, ', 'impair: ¶{ ', /does not say where it acts/, /link: dci/],
  ['an unknown link', 'impair: { link: dci', 'impair: { link: ¶dcii', /no link 'dcii'/, /dci/],
  ['an ambiguous link', 'impair: { link: dci', 'impair: { link: ¶server~sw-a', /ambiguous: 2 links/, /server:eth1~sw-a:eth4, server:eth2~sw-a:eth5/],
  ['an unknown link in a list', 'impair: { link: dci', 'impair: { link: [dci, ¶xyz]', /no link 'xyz'/],
  ['an unknown end', 'impair: { link: dci', 'impair: { end: ¶sw-a:eth9', /no end 'sw-a:eth9'/, /sw-a:eth1/],
  ['an ambiguous end', 'impair: { link: dci', 'impair: { end: ¶sw-a', /ambiguous: it has 5 ends/, /sw-a:eth1, sw-a:eth2/],
  ['direction without end', 'impair: { link: dci', 'impair: { link: dci, ¶direction: in', /'direction' goes with 'end' only/, /toward/],
  ['toward with end', 'toward: west', 'end: sw-b, ¶toward: west', /'toward' goes with 'link' only/],
  ['toward an unknown group', 'toward: west', 'toward: ¶wast', /no node or group 'wast'/, /west/],
  ['toward both', 'toward: west', 'toward: ¶role=switch', /both ends of dci/],
  ['toward neither side', 'toward: west', 'toward: ¶fw', /not on one side of dci/],
  ['a direction of carrier loss', 'black-hole: { link: dci, toward', 'carrier-loss: { link: dci, ¶toward', /has no direction/, /end/],
  ['a direction in a node', 'black-hole: { link: dci, toward', 'admin-down: { link: dci, ¶toward', /has no direction/],
  ['a selector without a match', 'east: site=a', 'east: ¶site=z', /no node of the lab has the label site=z/, /site=a, site=b/],
  ['a selector with a wrong label', 'east: site=a', 'east: ¶sote=a', /label sote=a/, /site/],
  ['a broken selector', 'east: site=a', 'east: ¶site=', /no selector/],
  ['an unknown node of a group', '[fw-a, fw-b]', '[fw-a, ¶fw-x]', /no node or group 'fw-x'/, /fw-a|fw-b/],
  ['a group named like a node', 'fw: [fw-a', '¶sw-a: [fw-a', /a node of the lab is called 'sw-a'/],
  ['an unknown signal', 'that: [gw.masters', 'that: [¶gw.mastres', /no signal 'gw.mastres'/, /gw.masters/],
  ['a subtraction without spaces', 'gw.masters <= 1', '¶gw.masters-1 <= 0', /no signal/, /gw.masters - 1/],
  ['a unit that does not fit', 'gw.masters <= 1', 'gw.masters <= ¶1s', /right side a duration/],
  ['no condition', 'gw.masters <= 1', '¶gw.masters + 1', /a plain number/, /a condition/],
  ['an unknown state', 'gw.masters <= 1', `'gw.state["fw-a"] == ¶mastr'`, /not a state/, /master/],
  ['a broken expression', 'gw.masters <= 1', 'gw.masters <= 1 ¶&& users-a.ok', /'&&'/, /'and'/],
  ['an expression in quotes', 'gw.masters <= 1', `'users-a.ok and gw.masters ¶= "x"'`, /'=' is not/],
  ['a text cut by a comment', 'always: gw.masters <= 1', 'always: ¶gw.masters #<= 1\n   ', /a plain number/, /comment/],
  ['a text cut by a comma', 'that: [gw.masters == 1, users-a.ok]', `that: [gw.masters == 1, ¶users]`, /no signal 'users'/],
  ['an unknown step', 'after: bursts + 20s', 'after: ¶burst + 20s', /no step 'burst'/, /bursts/],
  ['a step minus a time without spaces', 'after: bursts + 20s', 'after: ¶bursts-20s', /no step/, /bursts - 20s/],
  ['a bare step as a moment', 'at: 20s', 'at: ¶flapping', /which edge of 'flapping'/, /flapping.end/],
  ['an edge that does not exist', 'at: 20s', 'at: ¶flapping.middle', /no edge/, /.start or .end/],
  ['a start before ready', 'after: flapping + 30s', 'after: ¶flapping - 5h', /before ready/],
  ['a number for a time', 'at: 20s', 'at: ¶20', /this is a plain number/, /20ms/],
  ['no time at all', 'for: 5m', 'for: ¶0s', /no length/],
  ['an end before the start', 'for: 5m', 'until: ¶10s', /at or before its start/],
  ['a flap that does not', 'on: 2s', 'on: ¶5m', /would not flap/],
  ['a flap of nanoseconds', 'flap: { on: 2s, off: 4s }', 'flap: ¶{ on: 2ns, off: 4ns }', /more than 100000 changes/],
  ['repetitions that overlap', 'flap: { on: 2s, off: 4s }', 'times: 5, every: ¶30s', /before it has ended/],
  ['times of a duration', 'flap: { on: 2s, off: 4s }', 'times: ¶5s, every: 90s', /not how often/],
  ['an unknown window', 'during: bursts + 10s', 'during: ¶burst + 10s', /no step 'burst'/, /bursts/],
  ['a window without a length', 'during: bursts + 10s', 'during: ¶bursts - 5m', /no length/],
  ['a window backwards', 'during: bursts + 10s', 'during: ¶deaf.end .. bursts', /no length/],
  ['a moment for a window', 'during: bursts + 10s', 'during: ¶bursts.end', /not a window/, /each step/],
  ['fault with several steps', 'during: bursts + 10s', 'during: ¶fault', /no step 'fault'/],
  ['a budget in another unit', '4 * $advert', '¶4 * $loss', /this is a percentage/],
  ['episodes that are none', 'longest: 4 * $advert', 'episodes: ¶1s', /no number of episodes/],
  ['p99 of a condition', 'time: gw.masters > 1', 'p99: ¶users-a.ok', /needs a figure/],
  ['hold longer than its time', 'at-most: 90s', 'at-most: 90s, hold: ¶2m', /longer than there is time/],
  ['only that is no condition', 'for: 5m', 'for: 5m, only: ¶$loss', /no condition/],
  ['a live target of no signal', 'toward: west', 'toward: { now: ¶gw.mastr }', /no signal 'gw.mastr'/, /gw.master/],
  ['a live target that is a number', 'toward: west', 'toward: { now: ¶gw.masters }', /names nothing/, /name of a node or a port/],
  ['a live target that names nothing in the lab', 'toward: west', "toward: { now: ¶'gw.state[\"fw-a\"]' }", /never names a node or a port/],
  ['a live target with more', 'toward: west', 'toward: ¶{ now: gw.master, of: west }', /goes alone/],
  ['two live targets', 'link: dci, toward: west', 'link: { now: gw.sw-a.root-port }, ¶toward: { now: gw.master }', /one target that a signal names/],
  ['a live target that is ambiguous', 'link: dci, toward: west', 'link: fw-b~sw-b, end: ¶{ now: gw.master }', /no end 'fw-a'/],
  ['more picked than there are', 'toward: west', 'toward: { pick: ¶3, of: [west, east] }', /cannot be picked/, /from 1 to 2/],
  ['picked of nothing', 'toward: west', 'toward: { pick: 1, of: ¶wst }', /no node or group 'wst'/, /west/],
  ['picked of what is not there', 'link: dci, toward: west', 'link: ¶{ pick: 1, of: [dcii] }', /no link 'dcii'/, /dci/],
  ['an act of a node that is not there', 'for: 5m, impair: { link: dci, delay: 20ms, loss: $loss }', 'act: { argv: [reboot], as: ¶fw-c }', /no node 'fw-c'/, /fw-b/],
  ['an act of nobody', 'for: 5m, impair: { link: dci, delay: 20ms, loss: $loss }', 'act: { argv: [reboot], ¶on: fw-a }', /unknown key 'on'|'on'/],
  ['an act that flaps', 'for: 5m, impair: { link: dci, delay: 20ms, loss: $loss }', 'act: { argv: [reboot], as: fw-a }, ¶flap: { on: 1s, off: 1s }', /lasts as long as its command/],
  ['a guard of no signal', 'for: 5m', 'for: 5m, guard: { when: ¶gw.mastres > 1, then: heal }', /no signal/, /gw.masters/],
  ['a guard that does something else', 'for: 5m', 'for: 5m, guard: { when: gw.masters > 1, then: ¶panic }', /'panic' is not possible/, /heal/],
  ['a flap of an unknown distribution', 'on: 2s', 'on: ¶weibull(2s)', /no distribution 'weibull'/, /exp\(2s\), uniform/],
  ['a flap of half a distribution', 'on: 2s', 'on: ¶uniform(2s)', /not complete/, /the longest/],
  ['a flap without a mean', 'on: 2s', "on: '¶pareto(2s, 1)'", /mean is infinite/, /the shape/],
  ['a flap of plain numbers', 'on: 2s', 'on: ¶exp(2)', /a plain number/, /duration/],
  ['a trigger of no signal', 'at: 20s', 'when: { that: ¶gw.mastres == 2 }', /no signal 'gw.mastres'/, /gw.masters/],
  ['a trigger that is no condition', 'at: 20s', 'when: { that: ¶gw.masters }', /plain number/, /condition/],
  ['a trigger that holds for longer than it waits', 'at: 20s', 'when: { that: gw.masters == 2, hold: ¶1m, at-most: 30s }', /longer than there is time/],
  ['an end that has to hold for longer than there is', 'for: 5m', 'until: { that: users-a.ok, hold: ¶1m, at-most: 30s }', /longer than there is time/],
  ['env without a unit', '$advert in s', '¶$advert', /say in which unit/, /in s/],
  ['env in a wrong unit', '$advert in s', '$advert in ¶kbit', /not a unit of a duration/],
]; // prettier-ignore

/** For these the replacement moves what is wrong elsewhere: the whole text, with its mark. */
const whole: readonly (readonly [string, string, RegExp, RegExp?])[] = [
  ['a step without a start', changed('- { id: bursts, at: 20s, ', '- ¶{ id: bursts, '), /does not say when it starts/, /exactly one of at, after, when/],
  ['a step without an end', changed('- { id: bursts, at: 20s, for: 5m', '- ¶{ id: bursts, at: 20s'), /how long it lasts/],
  ['a step without a fault', changed('- { id: bursts, at: 20s, for: 5m, impair: { link: dci, delay: 20ms, loss: $loss } }', '- ¶{ id: bursts, at: 20s, for: 5m }'), /'bursts' does nothing/, /impair/],
  ['a step without a name', changed('- { id: deaf, ', '- ¶{ '), /'id' is missing/],
  ['a fault that impairs nothing', changed('impair: { link: dci, delay: 20ms, loss: $loss }', 'impair: ¶{ link: dci }'), /impairs nothing/],
  ['faults that are no maps', changed('black-hole: { link: dci, toward: west }', 'black-hole: ¶dci'), /needs its target/, /black-hole: \{/],
  ['an always and a that', changed('always: gw.masters', 'that: users-a.ok, always: gw.masters').replace('that: users', '¶that: users'), /both 'always' and 'that'/],
  ['eventually without within', changed('always: gw.masters <= 1, during: bursts + 10s, budget: { longest: 4 * $advert }', 'eventually: ¶users-a.ok, of: deaf.end'), /'eventually' needs 'within'/, /duration/],
  ['that without at', changed('always: gw.masters <= 1, during: bursts + 10s, budget: { longest: 4 * $advert }', 'that: ¶users-a.ok'), /'that' needs 'at'/],
  ['a circle of steps', changed('at: 20s', 'after: deaf').replace('after: bursts', 'after: ¶bursts'), /wait for each other: bursts → deaf → flapping → bursts/],
  ['what cannot be in force together', changed('- { id: flapping, after: bursts + 20s, for: 1m, flap: { on: 2s, off: 4s }, black-hole: { link: dci } }', '- { id: ¶flapping, after: bursts.start + 20s, for: 5m, impair: { link: dci, model: { p: 5% } } }').replace('delay: 20ms, loss: $loss', 'model: { p: 1% }').replace('after: bursts.start', 'at: bursts.start'), /steps 'bursts' \(s.yml:14:11\) and 'flapping' cannot be in force together: only one loss model/],
  ['a ready to wait for that is not there', changed('ready: { within: 60s, hold: 5s, that: [gw.masters == 1, users-a.ok] }\n', '').replace('until: ready', 'until: ¶ready'), /no 'ready' to wait for/],
]; // prettier-ignore

const notYet: readonly (readonly [string, string, string, RegExp])[] = [
  ['variants', 'recovery:', '¶variants: { slow: { params: { loss: 10% } } }\nrecovery:', /'variants'/],
  ['compare', 'recovery:', '¶compare: { a: b }\nrecovery:', /'compare'/],
  ['only of a variant', 'for: 5m', 'for: 5m, ¶only: slow', /'only' of a variant/],
  ['a measure of an event', 'during: each step', '¶of: bursts.end', /'of' an event/],
  ['images that it needs', 'recovery:', 'needs: { ¶images: [frr] }\nrecovery:', /'images'/],
]; // prettier-ignore

describe('plan/refusals', () => {
  for (const [group, cases] of Object.entries({ shape, meaning })) {
    describe(group, () => {
      for (const [name, from, to, message, more] of cases) {
        it(name, () => {
          const problem = problemAtMark(changed(from, to));
          assert.match(problem.message, message);
          const { near, hint, expected } = problem;
          if (more !== undefined) assert.match([near, hint, expected].join(' | '), more);
        });
      }
    });
  }

  describe('whole', () => {
    for (const [name, text, message, more] of whole) {
      it(name, () => {
        const problem = problemAtMark(text);
        assert.match(problem.message, message);
        const { near, hint, expected } = problem;
        if (more !== undefined) assert.match([near, hint, expected].join(' | '), more);
      });
    }
  });

  describe('not yet', () => {
    for (const [name, from, to, message] of notYet) {
      it(name, () => {
        const problem = problemAtMark(changed(from, to), 'not-yet');
        assert.match(problem.message, message);
        assert.match(problem.message, /understood, but not executable/);
      });
    }
  });

  it('reports everything at once, in the order of the file', () => {
    const text = base.replace('dci, delay', 'dcii, delay').replace('group: 51', 'gruop: 51');
    const lines = errorOf(text).problems.map(({ position }) => position.line);
    assert.deepEqual(lines, [9, 9, 14]);
  });

  const options: readonly (readonly [string, Parameters<typeof errorOf>[1], RegExp])[] = [
    ['a seed that is no integer', { seed: 1.5 }, /no seed/],
    ['a negative seed', { seed: -1 }, /no seed/],
    ['a seed that is too large', { seed: 2 ** 53 }, /no seed/],
    ['an unknown parameter', { set: { los: '5%' } }, /no parameter 'los'/],
    ['a parameter out of bounds', { set: { loss: '130%' } }, /loss=130%: at most 100%/],
    ['a parameter of another unit', { set: { loss: '5' } }, /loss=5: expected a percentage/],
    ['a parameter that is no choice', { set: { mode: 'slwo' } }, /one of fast, slow/],
    ['a variant', { variant: 'x' }, /no variants/],
  ];
  for (const [name, given, message] of options) {
    it(`refuses ${name}`, () => {
      const error = errorOf(base, given);
      assert.equal(error.code, 'usage');
      assert.match(error.message, message);
    });
  }
});
