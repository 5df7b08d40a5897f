import assert from 'node:assert/strict';
import { evaluateRun } from '../../../src/check/evaluate-run.ts';
import type { RunResult } from '../../../src/check/result.ts';
import type { PlannedStep } from '../../../src/plan/plan.ts';
import type { FaultDose, HostEvent, NodeFaultActed, RunEvent } from '../../../src/run/events.ts';
import { always, calmHost, makeRun, position, S, type Spec } from './make-run.ts';

const good = { signals: { x: [[-1, 1]] } } as const satisfies Spec;
const bad = { signals: { x: [[-1, 1], [30, 2], [31, 1]] } } as const satisfies Spec; // prettier-ignore
const check = always('x <= 1');

function evaluate(spec: Spec, host: readonly HostEvent[] = calmHost): RunResult {
  const { run, events } = makeRun({ checks: [check], ...spec });
  return evaluateRun(run, events, host);
}

const step: PlannedStep = {
  id: 'cut',
  position,
  startNs: 20 * S,
  endNs: 60 * S,
  active: [{ fromNs: 20 * S, toNs: 60 * S }],
  faults: [
    { kind: 'drop', params: {}, target: { directions: [{ link: 'dci', direction: 'a>b' }], endpoints: [] } },
  ],
  describe: 'drop 30%',
}; // prettier-ignore

const dosed = (dose: Partial<FaultDose>): Spec => ({
  ...good,
  steps: { cut: [20, 60] },
  plan: { steps: [step] },
  more: [
    {
      t: 60 * S,
      type: 'dose',
      step: 'cut',
      fault: 0,
      link: 'dci',
      direction: 'a>b',
      quantity: 'loss',
      asked: 0.3,
      measured: 0.3,
      seen: 1000,
      hit: 300,
      ...dose,
    },
  ],
});

/** read from the time stamps of frames */
const read = (quantity: string, asked: number, measured: number, half: number): Partial<FaultDose> => ({
  ...{ quantity, asked, measured, hit: 500 },
  interval: [measured - half, measured + half],
}); // prettier-ignore

describe('the outcome, one ordered function of the axes', () => {
  const late = (maxMs: number): HostEvent => ({ wall: 1500, type: 'late', count: 3, maxMs });
  const stall: HostEvent = { wall: 1500, type: 'stall', wallMs: 9000, culprit: 'mariadbd' };
  const left: HostEvent = { wall: 2001, type: 'left-behind', what: ['veth w1a'] };
  const missed = dosed({ measured: 0, hit: 0 });

  const cases: readonly [string, Spec, readonly HostEvent[], RunResult['outcome'], RegExp][] = [
    ['held', good, calmHost, 'pass', /the one check held/],
    ['violated', bad, calmHost, 'fail', /x <= 1 did not hold once, for 1 s/],
    ['violated, but the dose was not delivered', { ...missed, ...bad }, calmHost, 'inconclusive', /dose.*30 % asked, 0 % measured/],
    ['held, but the delay was another one', dosed(read('delay', 20e6, 23e6, 0.5e6)), calmHost, 'inconclusive', /delay 20 ms asked, 23 ms measured/],
    ['violated, but the host stalled', bad, [...calmHost, stall], 'inconclusive', /host.*mariadbd/],
    ['violated, and left dirty', bad, [...calmHost, left], 'not-clean', /veth w1a/],
    ['held, and left dirty', good, [...calmHost, left], 'not-clean', /veth w1a/],
    ['not known', { signals: {} }, calmHost, 'inconclusive', /never known/],
    ['late, but far from any limit', good, [...calmHost, late(300)], 'pass', /held/],
    ['late enough to make an outage', good, [...calmHost, late(1500)], 'inconclusive', /3 sends came late/],
    ['late in the warp clock means nothing', { ...good, clock: 'warp' }, [...calmHost, late(1500)], 'pass', /held/],
    ['late by more than a margin', { ...bad, checks: [always('x <= 1', { longest: 1.2 })] }, [...calmHost, late(300)], 'inconclusive', /more than the margin of 'it'/],
    ['killed', good, [...calmHost, { wall: 1, type: 'killed', reason: 'wall limit' }], 'inconclusive', /wall limit/],
    ['interrupted', { ...good, reason: 'interrupted' }, calmHost, 'inconclusive', /interrupted/],
    ['interrupted after a violation', { ...bad, reason: 'interrupted' }, calmHost, 'fail', /did not hold/],
    ['cut in the middle', { ...good, reason: 'cut' }, calmHost, 'inconclusive', /killed/],
    ['a lab that could not be raised', { ...good, ready: false, reason: 'lab-failed' }, calmHost, 'inconclusive', /could not be brought up/],
    ['nothing expected', { ...good, checks: [] }, calmHost, 'pass', /nothing was expected/],
    ['a known failure', { ...bad, checks: [always('x <= 1', {}, undefined, 'bug 7')] }, calmHost, 'pass', /only known failures: it/],
  ]; // prettier-ignore

  for (const [name, spec, host, outcome, reason] of cases) {
    it(`${name}: ${outcome}`, () => {
      const result = evaluate(spec, host);
      assert.equal(result.outcome, outcome, result.reason);
      assert.match(result.reason, reason);
    });
  }

  it('keeps the axes apart', () => {
    const result = evaluate(bad, [...calmHost, left]);
    assert.equal(result.verdict.outcome, 'fail');
    assert.equal(result.host.outcome, 'valid');
    assert.equal(result.clean.outcome, 'not-clean');
  });

  it('names each condition and its last value when the lab never became ready', () => {
    const never: RunEvent = {
      t: 99 * S,
      type: 'never-ready',
      conditions: [
        { text: 'gw.masters == 1', value: false, signals: { 'gw.masters': 2 } },
        { text: 'users.ok', value: null, signals: { 'users.ok': null } },
        { text: 'tree.roots == 1', value: true, signals: { 'tree.roots': 1 } },
      ],
    };
    const result = evaluate({ ...good, ready: false, reason: 'never-ready', more: [never] });
    assert.equal(result.outcome, 'inconclusive');
    assert.equal(
      result.reason,
      'the lab never became ready: gw.masters == 1 is false (gw.masters = 2); users.ok is not known (users.ok = not known)',
    );
  });

  it('is unclean when the fingerprint differs, and unknown when there is none after', () => {
    const other = calmHost.map((event) =>
      event.type === 'fingerprint' && event.when === 'after' ? { ...event, digest: 'b' } : event,
    );
    assert.equal(evaluate(good, other).clean.outcome, 'not-clean');
    assert.equal(evaluate(good, calmHost.slice(0, 2)).clean.outcome, 'unknown');
    assert.equal(evaluate(good, []).host.outcome, 'unknown');
  });
});

describe('the dose', () => {
  const cases: readonly [string, Partial<FaultDose>, RunResult['dose']['outcome'], string][] = [
    ['as asked', {}, 'delivered', 'as-asked'],
    ['within the spread of chance', { measured: 0.34, hit: 340 }, 'delivered', 'as-asked'],
    ['beyond the spread of chance', { measured: 0.42, hit: 420 }, 'not-delivered', 'off'],
    ['few packets say little', { measured: 0.5, seen: 10, hit: 5 }, 'delivered', 'as-asked'],
    ['bursts spread wider in time', { measured: 0.42, hit: 420, dependence: { per: 'time', correlationNs: 0.5e9 } }, 'delivered', 'as-asked'],
    ['bursts spread wider by frame', { measured: 0.42, hit: 420, dependence: { per: 'frame', correlation: 0.9 } }, 'delivered', 'as-asked'],
    ['long bursts are no excuse for none', { measured: 0, hit: 0, dependence: { per: 'time', correlationNs: 0.1e9 } }, 'not-delivered', 'off'],
    ['a cut that lets frames through', { quantity: 'cut', asked: 1, measured: 0.9, hit: 900 }, 'not-delivered', 'off'],
    ['a cut', { quantity: 'cut', asked: 1, measured: 1, hit: 1000 }, 'delivered', 'as-asked'],
    ['nothing came by', { measured: null, seen: 0, hit: 0 }, 'delivered', 'nothing-met-it'],
    ['a delay as asked', read('delay', 20e6, 20.1e6, 0.1e6), 'delivered', 'as-asked'],
    ['a delay that is off, and surely so', read('delay', 20e6, 23e6, 0.5e6), 'not-delivered', 'off'],
    ['a delay of which too little is known to say so', read('delay', 20e6, 23e6, 3e6), 'delivered', 'as-asked'],
    ['a jitter that is off', read('jitter', 5e6, 2e6, 0.3e6), 'not-delivered', 'off'],
    ['a rate as asked', read('rate', 4e6, 4.05e6, 1e3), 'delivered', 'as-asked'],
    ['a rate that is off', read('rate', 4e6, 6e6, 1e3), 'not-delivered', 'off'],
    ['a rate that nobody needed', { quantity: 'rate', asked: 4e6, measured: null, hit: 0 }, 'delivered', 'not-reached'],
    ['a carrier, whatever went with it', { quantity: 'carrier', asked: null, measured: null, seen: 0, hit: 0 }, 'delivered', 'not-counted'],
    ['a delay that no frame met', { quantity: 'delay', asked: 20e6, measured: null, seen: 0, hit: 0 }, 'delivered', 'nothing-met-it'],
    ['a delay that cannot be read', { quantity: 'delay', asked: 20e6, measured: null, hit: 0 }, 'delivered', 'not-counted'],
    ['nothing to count', { asked: null, measured: null }, 'delivered', 'not-counted'],
  ]; // prettier-ignore

  for (const [name, dose, outcome, judged] of cases) {
    it(`${name}: ${judged}`, () => {
      const result = evaluate(dosed(dose));
      assert.equal(result.dose.outcome, outcome, result.dose.problems.join());
      assert.equal(result.dose.faults[0]?.doses[0]?.judged, judged);
    });
  }

  it('is not delivered when a step was not injected', () => {
    const result = evaluate({ ...good, plan: { steps: [step] } });
    assert.equal(result.dose.outcome, 'not-delivered');
    assert.deepEqual(result.dose.problems, ["step 'cut' was not injected"]);
  });

  it('was not asked for in a control run', () => {
    const { run, events } = makeRun({ ...good, plan: { steps: [step] } });
    const result = evaluateRun({ ...run, noFaults: true }, events, calmHost);
    assert.equal(result.dose.outcome, 'not-asked');
    assert.equal(result.dose.faults[0]?.window, null);
  });

  it('says of each of several faults what it does, and not what all of them do', () => {
    const two = { ...step, faults: [...step.faults, ...step.faults], describeEach: ['a', 'b'] };
    const { faults } = evaluate({ ...good, plan: { steps: [two] } }).dose;
    assert.deepEqual(
      faults.map(({ describe }) => describe),
      ['a', 'b'],
    );
  });

  it('names the direction by its endpoints', () => {
    const [fault] = evaluate(dosed({})).dose.faults;
    assert.equal(fault?.target, 'dci (sw-a:eth3 -> sw-b:eth3)');
    assert.equal(fault.doses[0]?.way, 'sw-a:eth3 -> sw-b:eth3');
  });
});

describe('settled', () => {
  const conditions = makeRun({}).run.plan.ready.that;
  const judged = (value: boolean | null): Spec => ({
    ...good,
    plan: { settled: conditions, recovery: { type: 'until', conditions, holdNs: 0, atMostNs: 9e9 } },
    more: [
      {
        t: 100 * S,
        type: 'settled',
        holds: value === true,
        conditions: [{ text: 'gw.masters == 1', value, signals: { 'gw.masters': value === null ? null : 2 } }],
      },
    ],
  }); // prettier-ignore
  const settled = (spec: Spec) => evaluate(spec).checks.find(({ name }) => name === 'settled');

  it('fails as a check of that name, with the condition and its values', () => {
    const result = settled(judged(false));
    assert.equal(result?.outcome, 'fail');
    assert.equal(result.observed, 'gw.masters == 1 is false (gw.masters = 2)');
    assert.match(result.notes.join(), /did not recover within 9 s/);
  });

  it('passes when all of it holds', () => {
    assert.equal(settled(judged(true))?.outcome, 'pass');
  });

  it('is inconclusive when it is not known', () => {
    assert.equal(settled(judged(null))?.outcome, 'inconclusive');
  });

  it('is inconclusive when the run did not get there', () => {
    const spec = { ...good, reason: 'interrupted', plan: { settled: conditions } } as const;
    assert.equal(settled(spec)?.outcome, 'inconclusive');
  });

  it('is no check when nothing must hold', () => {
    assert.equal(settled(good), undefined);
  });
});

describe('faults that act in nodes', () => {
  const node: PlannedStep = {
    ...step,
    faults: [
      { kind: 'kill', params: {}, target: { directions: [], endpoints: [], nodes: ['r1'] } },
    ],
  };
  const acted = (act: Partial<NodeFaultActed>, ...more: readonly RunEvent[]): RunResult => {
    const t = 20 * S;
    const event: RunEvent = {
      ...{ t, type: 'node-fault', step: 'cut', fault: 0, edge: 'on' },
      ...{ scheduled: t, from: t, to: t, readBack: 'r1: zebra ended', problems: [] },
      ...act,
    };
    const plan = { steps: [node] };
    return evaluate({ ...good, steps: { cut: [20, 60] }, plan, more: [event, ...more] });
  };

  it('what the nodes showed is the dose', () => {
    const { outcome, dose } = acted({});
    assert.equal(outcome, 'pass');
    assert.deepEqual(dose.faults[0]?.acted, ['r1: zebra ended']);
    assert.equal(dose.faults[0].target, 'r1');
  });

  it('what could not be done was not delivered', () => {
    const { outcome, reason } = acted({ readBack: '', problems: ['r1: zebra does not run'] });
    assert.equal(outcome, 'inconclusive');
    assert.match(reason, /cut: r1: zebra does not run/);
  });

  it('what could not be undone is left behind, whatever the verdict', () => {
    const what = ['r1: start zebra: no such file'];
    const { outcome, clean } = acted({}, { t: 99 * S, type: 'not-undone', what });
    assert.equal(outcome, 'not-clean');
    assert.deepEqual(clean, { outcome: 'not-clean', left: what });
  });
});
