import assert from 'node:assert/strict';
import { ChaosError, type Problem } from '../../../src/errors.ts';
import { makePlan } from '../../../src/plan/make-plan.ts';
import { readScenario } from '../../../src/scenario/read-scenario.ts';
import { topology } from './fixture.ts';

/** Steps, one a line from line 5 on; each delays frames of the classes named. */
function problemsOf(...steps: readonly string[]): readonly Problem[] {
  const lines = ['name: s', 'lab: lab.clab.yml', 'recovery: 1s', 'timeline:'];
  const text = [...lines, ...steps.map((step) => `  - { ${step} }`), ''].join('\n');
  try {
    // the faults that there are, not those of a test
    makePlan(readScenario(text, 's.yml'), topology, { seed: 1 });
    return [];
  } catch (error) {
    if (error instanceof ChaosError && error.code === 'invalid') return error.problems;
    throw error;
  }
}

function late(...classes: readonly string[]): string {
  const faults = classes.map((name) => `{ impair: { link: dci, delay: 5ms, match: ${name} } }`);
  return `faults: [${faults.join(', ')}]`;
}

describe('faults that are in force at one moment', () => {
  it('may be of four classes, in as many steps as one likes', () => {
    const steps = ['arp', 'icmp', 'tcp', 'udp', 'udp', 'arp'];
    const timeline = steps.map(
      (name, k) => `id: s${String(k)}, at: ${String(k)}s, for: 1m, ${late(name)}`,
    );
    assert.deepEqual(problemsOf(...timeline), []);
  });

  it('may not be of five classes, though any two steps go together: each is named', () => {
    const [problem, ...more] = problemsOf(
      `id: one, at: 1s, for: 10s, ${late('arp', 'icmp')}`,
      `id: two, at: 2s, for: 10s, ${late('tcp', 'udp')}`,
      `id: idle, at: 2s, for: 10s, ${late('arp')}`,
      `id: three, at: 3s, for: 10s, ${late('vrrp')}`,
    );
    assert.equal(
      problem?.message,
      "steps 'one' (s.yml:5:11), 'two' (s.yml:6:11) and 'three' cannot be in force together: " +
        'at most 4 classes of frames can be impaired on one direction of a link at a time',
    );
    assert.deepEqual([problem.position.line, more], [8, []]);
  });

  it('may be of five classes in turn', () => {
    const problems = problemsOf(
      `id: one, at: 1s, for: 10s, ${late('arp', 'icmp')}`,
      `id: two, at: 2s, for: 10s, ${late('tcp', 'udp')}`,
      `id: three, at: 11s, for: 10s, ${late('vrrp')}`,
    );
    assert.deepEqual(problems, []);
  });

  it('may be of five classes where flaps miss each other', () => {
    const flap = 'for: 10s, flap: { on: 1s, off: 3s }';
    const steps = ['arp, icmp', 'tcp, udp', 'vrrp, ospf'].map(
      (classes, k) =>
        `id: s${String(k)}, at: ${String(k + 1)}s, ${flap}, ${late(...classes.split(', '))}`,
    );
    assert.deepEqual(problemsOf(...steps), []);
    const [problem] = problemsOf(
      ...steps,
      `id: last, at: 1500ms, for: 5s, ${late('bfd', 'bgp', 'tcp')}`,
    );
    assert.match(problem?.message ?? '', /^steps 'last' .* and 's2' cannot be in force together/);
  });

  it('says each of several things that do not go together', () => {
    const model = 'impair: { link: dci, loss: { gemodel: { p: 5%, r: 20% } } }';
    const problems = problemsOf(
      `id: one, at: 1s, for: 10s, ${model}`,
      `id: two, at: 2s, for: 10s, ${model}`,
      `id: three, at: 3s, for: 10s, ${model}`,
    );
    assert.deepEqual(
      problems.map(({ message }) => message.slice(0, message.indexOf(' cannot'))),
      ["steps 'one' (s.yml:5:11) and 'two'", "steps 'one' (s.yml:5:11) and 'three'"],
    );
  });

  it('are also those whose time only the run will know', () => {
    const live = (id: string, after: string, ...classes: string[]): string =>
      `id: ${id}, after: ${after}, for: 10s, ${late(...classes)}`;
    const first = `id: first, at: 1s, until: { that: a.ok, at-most: 20s }, ${late('arp', 'icmp')}`;
    const probes = 'probes: { a: { icmp: { from: client-a, to: server } } }';
    const problems = (last: string): readonly Problem[] => {
      const steps = [first, live('then', 'first.start + 1s', 'tcp', 'udp'), last];
      return problemsOf(...steps.map((step, k) => (k === 2 ? `${step} }\n${probes} #` : step)));
    };
    assert.match(
      problems(live('both', 'first.start + 2s', 'vrrp'))[0]?.message ?? '',
      /^steps 'first' .*, 'then' .* and 'both' cannot/,
    );
    assert.deepEqual(problems(live('later', 'first', 'vrrp')), []);
  });

  it('are not the repetitions of what a signal triggers', () => {
    const probes = 'probes: { a: { icmp: { from: client-a, to: server } } }';
    const problems = (every: string): readonly Problem[] =>
      problemsOf(
        `id: cut, when: { that: not a.ok }, for: 2s, times: 3, every: ${every}, impair: { link: dci, reorder: 10%, delay: 1ms } }\n${probes} #`,
      );
    assert.deepEqual(problems('30s'), []);
  });
});
