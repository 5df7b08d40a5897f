import assert from 'node:assert/strict';
import { readTopology } from '../../../src/lab/clab/read-topology.ts';
import type { EndLimit, Topology } from '../../../src/lab/topology.ts';
import { describePlan } from '../../../src/plan/describe-plan.ts';
import { makePlan } from '../../../src/plan/make-plan.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import { readScenario } from '../../../src/scenario/read-scenario.ts';
import { ChaosError } from '../../../src/errors.ts';

const LAB = `name: pair
topology:
  defaults: { kind: linux, image: somebody/router:1 }
  nodes: { a: {}, b: {}, sw: { kind: bridge } }
  links:
    - endpoints: [a:eth1, b:eth1]
    - endpoints: [a:eth2, sw:eth1]
`;

const LIMITS: readonly EndLimit[] = [
  {
    end: 'b:eth1',
    bars: 'queue',
    why: 'b:eth1 has a root qdisc of its own (htb 1:), which is kept',
  },
  { end: 'a:eth2', bars: 'all', why: 'sw is no container of the lab' },
  { end: 'sw:eth1', bars: 'all', why: 'sw is no container of the lab' },
];

function attached(): Topology {
  const options = { environment: {}, isRunning: true };
  return {
    ...readTopology(LAB, '/srv/pair.clab.yml', options),
    attached: {
      lab: 'pair',
      socket: '/run/docker.sock',
      nodes: ['a', 'b'].map((name) => ({ name, container: `id-${name}`, programs: ['bgpd'] })),
      limits: LIMITS,
    },
  };
}

function planOf(fault: string): Plan {
  const text = `name: running
lab: { attach: pair }
probes: { p: { icmp: { from: a, to: b, address: 10.0.0.2 } } }
ready: { within: 1s, that: p.ok }
timeline:
  - { id: one, at: 1s, for: 1s, ${fault} }
recovery: 1s
`;
  return makePlan(readScenario(text, 'running.yml'), attached(), { seed: 1 });
}

function refusalOf(fault: string): string {
  try {
    planOf(fault);
  } catch (error) {
    assert.ok(error instanceof ChaosError && error.code === 'invalid', String(error));
    return error.problems.map(({ message }) => message).join('\\n');
  }
  return '';
}

describe('a plan for a lab that runs already', () => {
  it('takes what can be done where frames leave a node, whatever the images are', () => {
    for (const fault of [
      'impair: { link: a~b, loss: 30%, duplicate: 1% }',
      'impair: { link: a~b, toward: b, delay: 20ms }',
      'drop: { link: a~b, protocol: bgp }',
      'black-hole: { link: a~b }',
      'kill: { node: a, service: bgpd }',
      'pause: { node: b, service: bgpd }',
    ])
      assert.equal(refusalOf(fault), '', fault);
  });

  it('refuses by name what nodes cannot do to themselves', () => {
    for (const [fault, why] of [
      [
        'carrier-loss: { link: a~b }',
        /carrier-loss takes the carrier of a node from outside.*admin-down/,
      ],
      [
        "storm: { end: 'a:eth1', direction: out, of: broadcast, rate: 100/s }",
        /storm puts frames on the wire/,
      ],
      [
        'rogue-vrrp: { link: a~b, toward: b, group: 51, source: 10.0.0.9, addresses: 10.0.0.1 }',
        /rogue-vrrp puts frames on the wire/,
      ],
      ['node-stop: { node: a }', /node-stop cannot be had of a lab that runs already/],
      [
        'clock-skew: { node: a, service: bgpd, ahead: 1h }',
        /clock-skew cannot be had of a daemon that runs already/,
      ],
      ['kill: { node: sw, process: x }', /kill acts in 'sw', which is no container/],
    ] as const)
      // prettier-ignore
      assert.match(refusalOf(fault), why, fault);
  });

  it('keeps a root qdisc of somebody else: what needs another is refused, what does not is not', () => {
    assert.equal(
      refusalOf('impair: { link: a~b, toward: a, delay: 20ms }'),
      "step 'one': in lab 'pair', impair needs a queueing discipline where a~b leaves b:eth1: b:eth1 has a root qdisc of its own (htb 1:), which is kept",
    );
    assert.equal(refusalOf('impair: { link: a~b, toward: a, loss: 20% }'), '');
  });

  it('refuses links that are not what the file says', () => {
    assert.match(refusalOf('black-hole: { link: a~sw }'), /acts on a~sw: sw is no container/);
  });

  it('says what it cannot give', () => {
    const text = describePlan(planOf('black-hole: { link: a~b }'));
    assert.match(text, /^attached {2}lab pair runs already: nothing is deployed or destroyed/mu);
    assert.match(text, /a:eth2, sw:eth1: no fault there: sw is no container of the lab/);
    assert.match(text, /b:eth1: no delay, jitter or rate there/);
  });
});
