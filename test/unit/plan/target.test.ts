import assert from 'node:assert/strict';
import { changed, errorOf, plan } from './fixture.ts';

/** What a black hole (or another kind) with this target acts on: `link a>b` or endpoints. */
function target(written: string, kind = 'black-hole'): readonly string[] {
  const text = changed('black-hole: { link: dci, toward: west }', `${kind}: { ${written} }`);
  const fault = plan(text).steps[2]?.faults[0];
  assert.ok(fault);
  const { directions, endpoints } = fault.target;
  return [...directions.map(({ link, direction }) => `${link} ${direction}`), ...endpoints];
}

const both = (link: string): readonly string[] => [`${link} a>b`, `${link} b>a`];

describe('plan/target', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['link: dci', both('dci')],
    ['link: sw-a~sw-b', both('dci')],
    ['link: sw-b~sw-a', both('dci')],
    ['link: "sw-a:eth1"', both('dci')],
    ['link: "server:eth2~sw-a:eth5"', both('server:eth2~sw-a:eth5')],
    ['link: "sw-a:eth5~server:eth2"', both('server:eth2~sw-a:eth5')],
    ['link: [dci, fw-a~sw-a, dci]', [...both('dci'), ...both('fw-a~sw-a')]],
    ['link: dci, toward: west', ['dci a>b']],
    ['link: dci, toward: east', ['dci b>a']],
    ['link: dci, toward: sw-b', ['dci a>b']],
    ['link: dci, toward: "sw-a:eth1"', ['dci b>a']],
    ['link: dci, toward: site=a', ['dci b>a']],
    ['link: dci, toward: fw-b', ['dci a>b']],
    ['link: dci, toward: server', ['dci b>a']],
    ['link: [dci, fw-b~sw-b], toward: fw-b', ['dci a>b', 'fw-b~sw-b b>a']],
    ['end: "sw-a:eth1"', both('dci')],
    ['end: fw-a', ['fw-a~sw-a a>b', 'fw-a~sw-a b>a']],
    ['link: dci, end: sw-b', ['dci b>a', 'dci a>b']],
    ['end: "sw-a:eth1", direction: out', ['dci a>b']],
    ['end: "sw-a:eth1", direction: in', ['dci b>a']],
    ['end: "sw-b:eth1", direction: out', ['dci b>a']],
    ['end: ["sw-a:eth1", "sw-b:eth1"]', both('dci')],
    ['end: ["sw-a:eth1", "sw-a:eth1"], direction: out', ['dci a>b']],
    ['end: [fw-a, fw-b], direction: in', ['fw-a~sw-a b>a', 'fw-b~sw-b b>a']],
  ];
  for (const [written, want] of cases) {
    it(written, () => assert.deepEqual([...target(written)].sort(), [...want].sort()));
  }

  it('carrier belongs to an end: the direction that enters there', () => {
    assert.deepEqual(target('link: dci', 'carrier-loss'), both('dci'));
    assert.deepEqual(target('end: "sw-b:eth1"', 'carrier-loss'), ['dci b>a']);
  });

  it('what acts in nodes has endpoints', () => {
    assert.deepEqual(target('link: dci', 'admin-down'), ['sw-a:eth1', 'sw-b:eth1']);
    assert.deepEqual(target('end: fw-a', 'admin-down'), ['fw-a:eth1']);
  });

  it('what acts on nodes has nodes, in the order of the lab, and all their wires', () => {
    const text = changed(
      'black-hole: { link: dci, toward: west }',
      'node-pause: { node: [client-a, fw-a, fw-a] }',
    );
    const fault = plan(text).steps[2]?.faults[0];
    assert.deepEqual(fault?.target.nodes, ['fw-a', 'client-a']);
    assert.ok(fault.target.directions.some(({ link }) => link === 'fw-a~sw-a'));
    assert.equal(fault.target.directions.length % 2, 0);
    assert.ok(!fault.target.directions.some(({ link }) => link === 'dci'));
  });

  for (const [written, kind, message] of [
    ['link: dci', 'node-pause', /'node-pause' acts on nodes/],
    ['{}', 'node-pause', /does not say where it acts/],
    ['node: fw-c', 'node-pause', /no node or group 'fw-c'/],
    ['node: fw-a', 'black-hole', /'black-hole' does not act on a node/],
    ['node: fw-a', 'admin-down', /'admin-down' does not act on a node/],
  ] as const) {
    it(`${kind} { ${written} } is refused`, () => {
      const line = `${kind}: ${written === '{}' ? '{}' : `{ ${written} }`}`;
      const { problems } = errorOf(changed('black-hole: { link: dci, toward: west }', line));
      assert.match(problems.map((problem) => problem.message).join('; '), message);
    });
  }
});
