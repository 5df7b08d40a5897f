import assert from 'node:assert/strict';
import { z } from 'zod';
import { ChaosError } from '../../../src/errors.ts';
import type { Problem } from '../../../src/errors.ts';
import type { FaultKind } from '../../../src/fault/fault.ts';
import type { Topology, TopologyLink, TopologyNode } from '../../../src/lab/topology.ts';
import type { ObserverKind } from '../../../src/observe/observer.ts';
import type { Kinds } from '../../../src/plan/kinds.ts';
import { makePlan } from '../../../src/plan/make-plan.ts';
import type { PlanOptions } from '../../../src/plan/make-plan.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import type { ProbeKind } from '../../../src/probe/probe.ts';
import { labEnvironment } from '../../../src/scenario/lab-environment.ts';
import { readScenario } from '../../../src/scenario/read-scenario.ts';
import { count, duration, rate, ratio } from '../../../src/scenario/units.ts';

const place = { file: 'lab.clab.yml', line: 1, column: 1 };

function node(name: string, labels: Record<string, string> = {}): TopologyNode {
  return {
    name,
    kind: 'linux',
    image: '',
    mappedImage: 'linux',
    binds: [],
    exec: [],
    env: {},
    labels,
    sysctls: {},
    position: place,
  };
}

function link(id: string, a: string, b: string): TopologyLink {
  const end = (text: string) => {
    const [name = '', port = ''] = text.split(':');
    return { node: name, interface: port, mac: 'aa:c1:ab:00:00:01' };
  };
  return {
    id,
    a: end(a),
    b: end(b),
    mtu: 1500,
    rateBitPerSec: 1e8,
    queueLimitPackets: 1000,
    position: place,
  };
}

/** Two sites, a firewall and a client each, one link between them; two parallel links to the server. */
export const topology: Topology = {
  name: 'two-sites',
  file: 'lab.clab.yml',
  nodes: [
    node('sw-a', { site: 'a', role: 'switch' }),
    node('sw-b', { site: 'b', role: 'switch' }),
    node('fw-a', { site: 'a', role: 'firewall' }),
    node('fw-b', { site: 'b', role: 'firewall' }),
    node('client-a', { site: 'a' }),
    node('server'),
  ],
  links: [
    link('dci', 'sw-a:eth1', 'sw-b:eth1'),
    link('fw-a~sw-a', 'fw-a:eth1', 'sw-a:eth2'),
    link('fw-b~sw-b', 'fw-b:eth1', 'sw-b:eth2'),
    link('client-a~sw-a', 'client-a:eth1', 'sw-a:eth3'),
    link('server:eth1~sw-a:eth4', 'server:eth1', 'sw-a:eth4'),
    link('server:eth2~sw-a:eth5', 'server:eth2', 'sw-a:eth5'),
  ],
  notHonoured: [],
};

interface Impair {
  readonly delay?: number | undefined;
  readonly loss?: number | undefined;
  readonly model?: { readonly p: number } | undefined;
}

const impair: FaultKind<Impair> = {
  name: 'impair',
  acts: 'wire',
  about: 'late and lost',
  schema: z.strictObject({
    delay: duration().optional(),
    loss: ratio().optional(),
    model: z.strictObject({ p: ratio() }).optional(),
  }),
  example: 'impair: { link: dci, delay: 20ms }',
  describe: ({ delay = 0, loss = 0 }) => `delay ${String(delay)} loss ${String(loss)}`,
  needsNetem: ({ delay }) => delay !== undefined,
  refuse: ({ delay, loss, model }) =>
    delay === undefined && loss === undefined && model === undefined
      ? 'impairs nothing'
      : undefined,
  asks: ({ loss }) => (loss === undefined ? [] : [{ quantity: 'loss', ratio: loss }]),
  wants: ({ delay, model }, direction, fault) => [
    {
      ...direction,
      fault,
      kind: 'impair',
      match: {},
      impairment: {
        ...(delay !== undefined && { delayNs: delay }),
        ...(model && { gemodel: { p: model.p, r: 0.5, lossBad: 1, lossGood: 0 } }),
      },
    },
  ],
};

const blackHole: FaultKind<object> = {
  name: 'black-hole',
  acts: 'wire',
  about: 'nothing passes',
  schema: z.strictObject({}),
  example: 'black-hole: { link: dci }',
  describe: () => 'every frame vanishes',
  needsNetem: () => false,
  asks: () => [{ quantity: 'cut' }],
  wants: (_, direction, fault) => [{ ...direction, fault, kind: 'cut' }],
};

const carrierLoss: FaultKind<object> = {
  ...blackHole,
  name: 'carrier-loss',
  acts: 'wire',
  wants: (_, direction, fault) => [{ ...direction, fault, kind: 'carrier' }],
};

const adminDown: FaultKind<object> = {
  name: 'admin-down',
  acts: 'node',
  on: 'ends',
  about: 'shut down',
  schema: z.strictObject({}),
  example: 'admin-down: { end: "sw-a:eth1" }',
  describe: () => 'shut down',
  needsNetem: () => false,
  asks: () => [],
};

const nodePause: FaultKind<object> = {
  ...adminDown,
  name: 'node-pause',
  acts: 'node',
  on: 'nodes',
  wants: (_, direction, fault) => [{ ...direction, fault, kind: 'cut' }],
};

const vrrp: ObserverKind<{
  readonly group: number;
  readonly nodes?: readonly string[] | undefined;
}> = {
  name: 'vrrp',
  about: 'who is master',
  schema: z.strictObject({
    group: count({ min: 1, max: 255 }),
    nodes: z.array(z.string()).optional(),
  }),
  example: 'gw: { vrrp: { group: 51 } }',
  signals: (id) => [
    { path: `${id}.masters`, about: '', valueType: 'count', unit: 'masters', resolutionNs: 1 },
    { path: `${id}.gap`, about: '', valueType: 'duration', unit: 'ms', resolutionNs: 1 },
    {
      path: `${id}.master`,
      about: '',
      valueType: 'state',
      states: ['fw-a', 'fw-b', 'none', 'several'],
      unit: '',
      resolutionNs: 1,
    },
    {
      path: `${id}.sw-a.root-port`,
      about: '',
      valueType: 'state',
      states: ['eth1', 'eth2', 'none'],
      unit: '',
      resolutionNs: 1,
    },
    {
      path: `${id}.state["fw-a"]`,
      about: '',
      valueType: 'state',
      states: ['master', 'backup'],
      unit: '',
      resolutionNs: 1,
    },
  ],
  refuse: ({ nodes = [] }, lab) => {
    const unknown = nodes.find((name) => !lab.nodes.some((one) => one.name === name));
    return unknown === undefined ? undefined : `no node '${unknown}' in the lab`;
  },
};

const udp: ProbeKind<{ readonly from: string; readonly to: string; readonly rate: number }> = {
  name: 'udp',
  about: 'datagrams',
  schema: z.strictObject({ from: z.string(), to: z.string(), rate: rate({ min: 1 }).default(100) }),
  example: 'users-a: { udp: { from: client-a, to: server } }',
  signals: (id) => [
    { path: `${id}.ok`, about: '', valueType: 'boolean', unit: '', resolutionNs: 10_000_000 },
    { path: `${id}.loss`, about: '', valueType: 'ratio', unit: '%', resolutionNs: 1 },
  ],
};

/** Plug-ins of the tests' own, so that a change of a real one breaks its own tests and not these. */
export const kinds: Kinds = {
  faults: {
    impair,
    'black-hole': blackHole,
    'carrier-loss': carrierLoss,
    'admin-down': adminDown,
    'node-pause': nodePause,
  },
  observers: { vrrp },
  probes: { udp },
};

export const base = `name: fw-pair
lab: { file: lab.clab.yml, env: { ADVERT: $advert in s } }
params:
  loss: { default: 30%, min: 0%, max: 100% }
  advert: { default: 1s }
  n: { default: 3 }
  mode: { default: fast, choices: [fast, slow] }
groups: { east: site=a, west: site=b, fw: [fw-a, fw-b] }
observe: { gw: { vrrp: { group: 51 } } }
probes:
  users-a: { udp: { from: client-a, to: server, rate: 100/s, ok: { loss: "< 5%", over: 1s } } }
ready: { within: 60s, hold: 5s, that: [gw.masters == 1, users-a.ok] }
timeline:
  - { id: bursts, at: 20s, for: 5m, impair: { link: dci, delay: 20ms, loss: $loss } }
  - { id: flapping, after: bursts + 20s, for: 1m, flap: { on: 2s, off: 4s }, black-hole: { link: dci } }
  - { id: deaf, after: flapping + 30s, for: 45s, black-hole: { link: dci, toward: west } }
recovery: { until: ready, at-most: 90s }
measure:
  dual-master: { time: gw.masters > 1, during: each step }
expect:
  - { name: one master, always: gw.masters <= 1, during: bursts + 10s, budget: { longest: 4 * $advert } }
`;

export function plan(text: string, options: Partial<PlanOptions> = {}): Plan {
  const scenario = readScenario(text, 's.yml');
  labEnvironment(scenario, options.set);
  return makePlan(scenario, topology, { seed: 1, kinds, ...options });
}

/** The base with one thing replaced. */
export function changed(from: string, to: string): string {
  assert.equal(base.split(from).length, 2, `'${from}' is not in the base once`);
  return base.replace(from, to);
}

/** Plan a text that is wrong at the place of its ¶; yields the problem that is reported there. */
export function problemAtMark(marked: string, code: ChaosError['code'] = 'invalid'): Problem {
  const offset = marked.indexOf('¶');
  assert.ok(offset >= 0, 'no ¶');
  const before = marked.slice(0, offset).split('\n');
  const where = { line: before.length, column: (before.at(-1) ?? '').length + 1 };
  const error = errorOf(marked.replace('¶', ''));
  assert.equal(error.code, code, error.message);
  const found = error.problems.map(({ position, message }) => {
    return `${String(position.line)}:${String(position.column)} ${message}`;
  });
  const problem = error.problems.find(
    ({ position }) => position.line === where.line && position.column === where.column,
  );
  assert.ok(
    problem,
    `expected ${String(where.line)}:${String(where.column)}, got\n${found.join('\n')}`,
  );
  return problem;
}

export function errorOf(text: string, options: Partial<PlanOptions> = {}): ChaosError {
  try {
    plan(text, options);
  } catch (error) {
    if (error instanceof ChaosError) return error;
    throw error;
  }
  assert.fail('it was not refused');
}
