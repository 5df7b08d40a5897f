import { parseExpression } from '../../src/scenario/expression/parse.ts';
import type {
  PlannedCheck,
  PlannedMeasure,
  PlannedStep,
  PlannedWindow,
} from '../../src/plan/plan.ts';
import type { HostEvent, RunEvent, RunEventBody, SignalType } from '../../src/run/events.ts';
import type { RunFile } from '../../src/run/run-file.ts';
import type { SignalValue } from '../../src/scenario/expression/ast.ts';

/**
 * A run of flaky-wan as it could have been, for reports to be made from: a small model of two VRRP routers whose
 * adverts cross a link that loses frames in bursts, flaps, and then is deaf one way. It is made from a seed, so that
 * goldens repeat; it tests reports, and proves nothing about daemons.
 */
export interface RunText {
  readonly run: RunFile;
  readonly events: string;
  readonly host: string;
}

const S = 1e9;
const MS = 1e6;
const position = { file: 'scenarios/flaky-wan.yml', line: 1, column: 1 };

const LINKS = [
  ['client-a~sw-a', 'client-a:eth1', 'sw-a:eth1'],
  ['fw-a~sw-a', 'fw-a:eth1', 'sw-a:eth2'],
  ['dci', 'sw-a:eth3', 'sw-b:eth3'],
  ['client-b~sw-b', 'client-b:eth1', 'sw-b:eth1'],
  ['fw-b~sw-b', 'fw-b:eth1', 'sw-b:eth2'],
  ['fw-a~core-a', 'fw-a:eth2', 'core-a:eth1'],
  ['fw-b~core-b', 'fw-b:eth2', 'core-b:eth1'],
  ['core', 'core-a:eth2', 'core-b:eth2'],
  ['core-a~server', 'core-a:eth3', 'server:eth1'],
] as const;

const NODES = {
  'client-a': 'linux', 'client-b': 'linux', 'sw-a': 'bridge', 'sw-b': 'bridge', 'fw-a': 'keepalived',
  'fw-b': 'keepalived', 'core-a': 'frr', 'core-b': 'frr', server: 'linux',
} as const; // prettier-ignore

const made = new Map<number, RunText>();

export function flakyWanRun(seed = 1): RunText {
  const known = made.get(seed);
  if (known !== undefined) return known;
  const text = makeRunText(seed);
  made.set(seed, text);
  return text;
}

function makeRunText(seed: number): RunText {
  const run = runFile(seed);
  const model = new Model(seed, run);
  return {
    run,
    events: model
      .events()
      .map((event) => `${JSON.stringify(event)}\n`)
      .join(''),
    host: hostEvents()
      .map((event) => `${JSON.stringify(event)}\n`)
      .join(''),
  };
}

function hostEvents(): HostEvent[] {
  const wall = Date.UTC(2026, 10, 21, 9, 30);
  return [
    { wall, type: 'started', argv: ['chaos', 'run', 'scenarios/flaky-wan.yml'], pid: 4711 },
    { wall: wall + 3, type: 'fingerprint', when: 'before', digest: 'f00d' },
    { wall: wall + 260, type: 'engine-started', kernel: 'embedded', clock: 'warp' },
    { wall: wall + 13_650, type: 'engine-ended', code: 0, signal: null },
    { wall: wall + 13_700, type: 'fingerprint', when: 'after', digest: 'f00d' },
    { wall: wall + 13_790, type: 'ended', wallMs: 13_790 },
  ];
}

function window(text: string, of: string, offsetNs = 0): PlannedWindow {
  return {
    text,
    from: { of, edge: 'start', offsetNs: 0 },
    to: { of, edge: 'end', offsetNs },
  };
}

function steps(): PlannedStep[] {
  const both = [
    { link: 'dci', direction: 'a>b' },
    { link: 'dci', direction: 'b>a' },
  ] as const;
  const flaps = Array.from({ length: 10 }, (_, i) => ({
    fromNs: (340 + 6 * i) * S,
    toNs: (342 + 6 * i) * S,
  }));
  const step = (
    id: string,
    times: readonly [number, number],
    fault: { kind: string; describe: string },
    directions: readonly (typeof both)[number][],
  ): PlannedStep => ({
    id,
    position,
    startNs: times[0] * S,
    endNs: times[1] * S,
    active: id === 'flapping' ? flaps : [{ fromNs: times[0] * S, toNs: times[1] * S }],
    faults: [{ kind: fault.kind, params: {}, target: { directions, endpoints: [] } }],
    describe: fault.describe,
  });
  const bursts = 'delay 20ms ±5ms, loss 30% in bursts of 200ms';
  return [
    step('bursts', [20, 320], { kind: 'impair', describe: bursts }, both),
    step(
      'flapping',
      [340, 400],
      { kind: 'black-hole', describe: 'black-hole, 2s of every 6s' },
      both,
    ),
    step('deaf', [430, 475], { kind: 'black-hole', describe: 'black-hole' }, [both[0]]),
  ];
}

function measures(): PlannedMeasure[] {
  const one = (name: string, form: PlannedMeasure['form'], text: string, w: PlannedWindow) => ({
    name,
    form,
    text,
    expression: parseExpression(text),
    window: w,
    position,
  });
  const each = ['bursts', 'flapping', 'deaf'];
  return [
    ...each.map((id) => one(`dual-master[${id}]`, 'time', 'gw.masters > 1', window(id, id))),
    ...each.map((id) => one(`blackout-b[${id}]`, 'time', 'not users-b.ok', window(id, id))),
    one('dual episodes', 'count', 'gw.masters > 1', window('run', 'run')),
    one('rtt a, p50', 'p50', 'users-a.rtt', window('bursts', 'bursts')),
    one('rtt b, p99', 'p99', 'users-b.rtt', window('bursts', 'bursts')),
    one('worst loss b', 'max', 'users-b.loss', window('bursts', 'bursts')),
  ];
}

function checks(): PlannedCheck[] {
  const base = (name: string, text: string, known: string | null = null) => ({
    name,
    text,
    expression: parseExpression(text),
    known,
    position,
  });
  return [
    {
      ...base('dual master stays within budget', 'gw.masters <= 1'),
      form: 'always',
      during: window('bursts + 10s', 'bursts', 10 * S),
      budget: { longestNs: 4 * S, totalNs: 20 * S, episodes: 5 },
    },
    {
      ...base('users of site a keep working', 'users-a.ok'),
      form: 'always',
      during: window('bursts', 'bursts'),
      budget: { longestNs: 6 * S, totalNs: 60 * S },
    },
    {
      ...base('one master again after the black hole', 'gw.masters == 1'),
      form: 'eventually',
      of: { of: 'deaf', edge: 'end', offsetNs: 0 },
      withinNs: 5 * S,
      holdNs: 10 * S,
    },
    {
      ...base('the tree never loops', 'tree.roots > 1'),
      form: 'never',
      during: window('run', 'run'),
    },
    {
      ...base('site b is up through the flaps', 'users-b.ok', 'probes of site b cross the link'),
      form: 'always',
      during: window('flapping', 'flapping'),
      budget: {},
    },
    {
      ...base('adjacency is up at the end', 'core.neighbors == 1'),
      form: 'that',
      at: { of: 'run', edge: 'end', offsetNs: 0 },
    },
  ];
}

function runFile(seed: number): RunFile {
  const end = (name: string, i: number) => {
    const [node = '', iface = ''] = name.split(':');
    return { node, interface: iface, mac: `aa:c1:ab:00:00:${String(10 + i)}` };
  };
  const ready = ['gw.masters == 1', 'users-a.ok'].map((text) => ({
    text,
    expression: parseExpression(text),
  }));
  const ok = { lossBelow: 0.05, windowNs: S };
  return {
    schema: 'chaos.run/1',
    id: `20261121-093000-flaky-wan-${String(seed)}`,
    plan: {
      schema: 'chaos.plan/1',
      name: 'flaky-wan',
      about: 'What happens to a firewall pair over two sites when the link between them is flaky, not down?',
      file: 'scenarios/flaky-wan.yml',
      seed,
      tags: ['nightly'],
      params: { loss: { dimension: 'ratio', value: 0.3, text: '30%' } },
      topology: {
        name: 'two-site-firewall',
        file: 'labs/two-site-firewall/two-site-firewall.clab.yml',
        nodes: Object.entries(NODES).map(([name, image]) => ({
          name,
          kind: 'linux',
          image,
          mappedImage: image,
          binds: [],
          exec: [],
          env: {},
          labels: name.endsWith('-a') ? { site: 'a' } : name.endsWith('-b') ? { site: 'b' } : {},
          sysctls: {},
          position,
        })),
        links: LINKS.map(([id, a, b], i) => ({
          id,
          a: end(a, 2 * i),
          b: end(b, 2 * i + 1),
          mtu: 1500,
          rateBitPerSec: 1e8,
          queueLimitPackets: 1000,
          position,
        })),
        notHonoured: [],
      },
      groups: { east: ['client-a', 'sw-a', 'fw-a', 'core-a'], west: ['client-b', 'sw-b', 'fw-b', 'core-b'] },
      observers: [
        { id: 'gw', kind: 'vrrp', params: { group: 51 } },
        { id: 'tree', kind: 'stp', params: {} },
        { id: 'core', kind: 'ospf', params: {} },
      ],
      probes: ['users-a', 'users-b'].map((id) => ({ id, kind: 'icmp', params: {}, ok })),
      ready: { withinNs: 120 * S, holdNs: 10 * S, that: ready },
      steps: steps(),
      recovery: { type: 'until', conditions: ready, holdNs: 10 * S, atMostNs: 90 * S },
      settled: ready,
      measures: measures(),
      checks: checks(),
      needs: { netem: true },
      wallLimitNs: null,
      longestNs: 565 * S,
    },
    scenarioText: 'name: flaky-wan\n',
    labText: 'name: two-site-firewall\n',
    driver: 'netns',
    kernel: 'embedded',
    clock: 'warp',
    why: 'the host kernel has no sch_netem',
    startedAt: '2026-11-21T09:30:00.000Z',
    command: ['chaos', 'run', 'scenarios/flaky-wan.yml', '--seed', String(seed), '--kernel', 'embedded', '--clock', 'warp'],
    noFaults: false,
    pauseAt: null,
    build: { chaos: '0.1.0', kernel: '7.3.0+a1b2c3', root: 'sha256:77aa', engine: 'sha256:88bb' },
    versions: { frr: '8.4.4 (asked frr:10.x)', keepalived: '2.2.7', node: '20.20.2' },
    git: { head: '043e705', dirty: false },
  }; // prettier-ignore
}

/** xorshift32: chance that repeats */
class Chance {
  #state: number;
  constructor(seed: number) {
    this.#state = (seed * 2_654_435_761) >>> 0 || 1;
  }
  next(): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x >>> 0;
    return this.#state / 2 ** 32;
  }
}

class Model {
  readonly #events: RunEvent[] = [];
  readonly #last = new Map<string, SignalValue>();
  readonly #chance: Chance;
  readonly #run: RunFile;
  /** bursts of loss per direction */
  readonly #bursts: readonly (readonly { fromNs: number; toNs: number }[])[];
  readonly #dual: { fromNs: number; toNs: number }[] = [];

  constructor(seed: number, run: RunFile) {
    this.#run = run;
    this.#chance = new Chance(seed);
    this.#bursts = [this.#onOff(), this.#onOff()];
  }

  events(): RunEvent[] {
    this.#setUp();
    this.#steps();
    this.#vrrp();
    this.#tree();
    this.#probe('users-a', 0);
    this.#probe('users-b', 1);
    this.#end();
    return this.#events.sort((a, b) => a.t - b.t);
  }

  #add(t: number, body: RunEventBody): void {
    this.#events.push({ t: Math.round(t), ...body });
  }

  #set(t: number, signal: string, value: SignalValue): void {
    if (this.#last.get(signal) === value) return;
    this.#last.set(signal, value);
    this.#add(t, { type: 'signal', signal, value });
  }

  #onOff(): { fromNs: number; toNs: number }[] {
    const spans: { fromNs: number; toNs: number }[] = [];
    const draw = (meanNs: number): number => -Math.log(1 - this.#chance.next()) * meanNs;
    for (let t = 20 * S + draw(467 * MS); t < 320 * S;) {
      const toNs = Math.min(320 * S, t + draw(200 * MS));
      spans.push({ fromNs: t, toNs });
      t = toNs + draw(467 * MS);
    }
    return spans;
  }

  /** does a frame that enters the inter-site link now come out? direction 0 is a>b */
  #passes(t: number, direction: 0 | 1): boolean {
    const within = (s: { fromNs: number; toNs: number }): boolean => t >= s.fromNs && t < s.toNs;
    if (this.#inBurst(t, direction)) return false;
    const [, flapping] = this.#run.plan.steps;
    if (flapping?.active.some(within) === true) return false;
    return !(direction === 0 && t >= 430 * S && t < 475 * S);
  }

  /** the bursts are in order of time: the last one that began by now */
  #inBurst(t: number, direction: 0 | 1): boolean {
    const spans = this.#bursts[direction] ?? [];
    let [low, high] = [0, spans.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((spans[middle]?.fromNs ?? Infinity) <= t) low = middle + 1;
      else high = middle;
    }
    return t < (spans[low - 1]?.toNs ?? -Infinity);
  }

  #setUp(): void {
    const { plan } = this.#run;
    this.#add(-18 * S, { type: 'run-started', scenario: plan.name, seed: plan.seed });
    this.#add(-18 * S, { type: 'phase', phase: 'set-up' });
    for (const node of plan.topology.nodes) {
      this.#add(-17.5 * S, { type: 'node-up', node: node.name, level: 'pid' });
    }
    this.#add(-17 * S, { type: 'notice', node: 'core-a', key: 'image', message: 'asked frr:10.x, ran 8.4.4' });
    const declare = (signal: string, valueType: SignalType, unit: string, resolutionNs: number, about: string): void => {
      this.#add(-16 * S, { type: 'signal-declared', signal, about, valueType, unit, resolutionNs });
    };
    declare('gw.masters', 'count', 'masters', MS, 'routers that hold the virtual address');
    declare('gw.master', 'state', '', MS, 'the router that holds the virtual address');
    declare('gw.holds["fw-a"]', 'boolean', '', MS, 'fw-a holds the virtual address');
    declare('gw.holds["fw-b"]', 'boolean', '', MS, 'fw-b holds the virtual address');
    declare('tree.roots', 'count', 'roots', MS, 'different roots that bridges believe in');
    declare('tree.sw-b.root-port', 'state', '', MS, 'the port of sw-b that leads to the root');
    declare('tree.state["sw-a","eth3"]', 'state', '', MS, 'STP state of port eth3 of sw-a');
    declare('core.neighbors', 'count', 'adjacencies', S, 'adjacencies that are Full at both ends');
    for (const id of ['users-a', 'users-b']) {
      declare(`${id}.ok`, 'boolean', '', 10 * MS, 'loss is below its limit, over the window of ok');
      declare(`${id}.answered`, 'boolean', '', 10 * MS, 'the packet sent at this moment arrived in time');
      declare(`${id}.loss`, 'ratio', '%', S, 'packets lost of those sent in the second before');
      declare(`${id}.rtt`, 'duration', 'ms', S, 'round trip: mean of the second before');
    }
    this.#set(-14 * S, 'tree.roots', 2);
    this.#set(-12 * S, 'tree.roots', 1);
    this.#set(-12 * S, 'tree.sw-b.root-port', 'eth3');
    this.#set(-14 * S, 'tree.state["sw-a","eth3"]', 'listening');
    this.#set(-10 * S, 'tree.state["sw-a","eth3"]', 'forwarding');
    this.#set(-10 * S, 'core.neighbors', 1);
    this.#set(-13 * S, 'gw.masters', 0);
    this.#set(-10.2 * S, 'gw.masters', 1);
    this.#set(-10.2 * S, 'gw.master', 'fw-a');
    this.#set(-10.2 * S, 'gw.holds["fw-a"]', true);
    this.#set(-10.2 * S, 'gw.holds["fw-b"]', false);
    this.#add(0, { type: 'ready' });
    this.#add(0, { type: 'phase', phase: 'timeline' });
  } // prettier-ignore

  #steps(): void {
    const edge = (t: number, step: string, name: 'start' | 'on' | 'off' | 'end'): void => {
      this.#add(t, { type: 'edge', step, edge: name, scheduled: t, from: t, to: t + 90_000 });
    };
    for (const step of this.#run.plan.steps) {
      edge(step.startNs, step.id, 'start');
      for (const { fromNs, toNs } of step.active) {
        edge(fromNs, step.id, 'on');
        edge(toNs, step.id, 'off');
      }
      edge(step.endNs, step.id, 'end');
      const { directions = [] } = step.faults[0]?.target ?? {};
      for (const { link, direction } of directions) {
        const at = { step: step.id, link, direction };
        const readBack = step.id === 'bursts' ? 'netem delay 20ms 5ms; drop set' : 'drop all';
        this.#add(step.startNs + 90_000, { type: 'in-force', ...at, readBack });
        this.#dose(step, direction);
      }
    }
  }

  #dose(step: PlannedStep, direction: 'a>b' | 'b>a'): void {
    const base = { type: 'dose', step: step.id, fault: 0, link: 'dci', direction } as const;
    if (step.id === 'bursts') {
      const spans = this.#bursts[direction === 'a>b' ? 0 : 1] ?? [];
      const bad = spans.reduce((sum, s) => sum + s.toNs - s.fromNs, 0) / (300 * S);
      const hit = Math.round(bad * 31_204);
      this.#add(step.endNs + 90_000, { ...base, quantity: 'loss', asked: 0.3, measured: hit / 31_204, seen: 31_204, hit, dependence: { per: 'time', correlationNs: 140 * MS } });
      this.#add(step.endNs + 90_000, { ...base, quantity: 'impair', asked: null, measured: 0, seen: 31_204 - hit, hit: 0 });
    } else {
      const seen = step.id === 'deaf' ? 4619 : 2093;
      this.#add(step.endNs + 90_000, { ...base, quantity: 'cut', asked: 1, measured: 1, seen, hit: seen });
    }
  } // prettier-ignore

  #vrrp(): void {
    const master = 'VRRPv2 vrid 51 prio 150 from 10.0.0.2';
    const backup = 'VRRPv2 vrid 51 prio 100 from 10.0.0.3';
    let heardNs = -S;
    let dualFrom: number | null = null;
    const frame = (t: number, stage: 'in' | 'out', direction: 'a>b' | 'b>a', summary: string): void => {
      this.#add(t, { type: 'frame', protocol: 'vrrp', link: 'dci', direction, stage, summary });
    };
    for (let t = 0.31 * S; t < 497 * S; t += S) {
      const takeover = heardNs + 3.609 * S;
      if (dualFrom === null && takeover < t) {
        dualFrom = takeover;
        this.#set(takeover, 'gw.masters', 2);
        this.#set(takeover, 'gw.master', 'several');
        this.#set(takeover, 'gw.holds["fw-b"]', true);
      }
      frame(t, 'in', 'a>b', master);
      if (this.#passes(t, 0)) {
        heardNs = t + 20 * MS;
        frame(heardNs, 'out', 'a>b', master);
        if (dualFrom !== null) {
          this.#set(heardNs, 'gw.masters', 1);
          this.#set(heardNs, 'gw.master', 'fw-a');
          this.#set(heardNs, 'gw.holds["fw-b"]', false);
          this.#dual.push({ fromNs: dualFrom, toNs: heardNs });
          dualFrom = null;
        }
      }
      if (dualFrom !== null) {
        frame(t + 0.2 * S, 'in', 'b>a', backup);
        if (this.#passes(t + 0.2 * S, 1)) frame(t + 0.22 * S, 'out', 'b>a', backup);
      }
    }
  } // prettier-ignore

  /** a one-way black hole towards b is silence for sw-b: after max_age it believes in itself */
  #tree(): void {
    this.#set(450 * S, 'tree.roots', 2);
    this.#set(450 * S, 'tree.sw-b.root-port', 'none');
    this.#set(476.2 * S, 'tree.roots', 1);
    this.#set(476.2 * S, 'tree.sw-b.root-port', 'eth3');
  }

  #probe(id: 'users-a' | 'users-b', site: 0 | 1): void {
    const lost: boolean[] = [];
    let recent = 0;
    for (let second = -10; second < 497; second += 1) {
      let received = 0;
      for (let i = 0; i < 100; i += 1) {
        const t = second * S + i * 10 * MS;
        const answered = this.#answered(t, site);
        lost.push(!answered);
        if (answered) received += 1;
        this.#set(t, `${id}.answered`, answered);
        recent += (answered ? 0 : 1) - (lost.at(-101) === true ? 1 : 0);
        this.#set(t, `${id}.ok`, recent < 5);
      }
      const loss = 1 - received / 100;
      const delayed = site === 1 && second >= 20 && second < 320 ? 40 * MS : 0;
      const mean = Math.round(delayed + (0.6 + 0.3 * this.#chance.next()) * MS);
      const spread = delayed > 0 ? 9 * MS : 0.2 * MS;
      const has = received > 0;
      this.#add((second + 1) * S, {
        type: 'probe', probe: id, since: second * S, sent: 100, received, late: 0,
        delayMinNs: has ? mean - Math.round(spread * 0.9) : null,
        delayMeanNs: has ? mean : null,
        delayMaxNs: has ? mean + Math.round(spread * (1 + this.#chance.next())) : null,
      }); // prettier-ignore
      this.#set((second + 1) * S, `${id}.loss`, Math.round(loss * 1e4) / 1e4);
      this.#set((second + 1) * S, `${id}.rtt`, has ? mean : null);
    }
  }

  /** site b always crosses the link; site a only while the other firewall has drawn the traffic to itself */
  #answered(t: number, site: 0 | 1): boolean {
    const drawn = this.#dual.some((d) => t >= d.fromNs && t < d.toNs + 0.4 * S);
    if (site === 0 && !drawn) return true;
    return this.#passes(t, 1) && this.#passes(t + 20 * MS, 0);
  }

  #end(): void {
    const states = this.#run.plan.settled.map(({ text }) => ({ text, value: true, signals: {} }));
    this.#add(475 * S, { type: 'phase', phase: 'recovery' });
    this.#add(497 * S, { type: 'recovered', since: 487 * S });
    this.#add(497 * S, { type: 'phase', phase: 'settled' });
    this.#add(497 * S, { type: 'settled', holds: true, conditions: states });
    this.#add(497 * S, { type: 'phase', phase: 'tear-down' });
    this.#add(497 * S, { type: 'run-ended', reason: 'completed' });
  }
}
