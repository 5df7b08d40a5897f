import assert from 'node:assert/strict';
import type { RunEvent } from '../../../src/run/events.ts';
import { chaosRun, measure, onlyReport } from './chaos-run.ts';

const S = 1e9;
/** three adverts and (256 - 100) / 256 of one: RFC 5798 6.1, priority 100 */
const MASTER_DOWN_S = 3 + 156 / 256;
const SCENARIO = 'test/lab/run/scenarios/triggers.yml';
const WARP = ['--kernel', 'embedded', '--clock', 'warp'];

type Of<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>;

/** Steps that signals time, on a VRRP pair: their moments are those of the signals, to the nanosecond. */
describe('steps that signals trigger', function () {
  this.timeout(300_000);
  let events: readonly RunEvent[] = [];
  let report: ReturnType<typeof onlyReport>;

  function edge(step: string, which: 'start' | 'end'): Of<'edge'> {
    const found = events.find((e) => e.type === 'edge' && e.step === step && e.edge === which);
    assert.ok(found?.type === 'edge', `no ${which} of ${step}`);
    return found;
  }

  function masterAt(node: string, afterNs: number): number {
    const found = events.find(
      (e) => e.type === 'signal' && e.signal === 'gw.master' && e.value === node && e.t > afterNs,
    );
    assert.ok(found, `${node} never became master`);
    return found.t;
  }

  before(async () => {
    const run = await chaosRun(SCENARIO, ...WARP);
    report = onlyReport(run);
    const lines = (run.logs[0] ?? '').trimEnd().split('\n');
    events = lines.map((line) => JSON.parse(line) as RunEvent);
  });

  it('start when the condition has held, from the moment of the signal on', () => {
    const tookOverNs = masterAt('r2', 10 * S);
    const downS = (tookOverNs - edge('first', 'start').from) / S;
    assert.ok(downS > MASTER_DOWN_S - 1 && downS < MASTER_DOWN_S + 0.1, `${downS} s`);
    assert.equal(edge('second', 'start').scheduled, tookOverNs + 0.2 * S);
  });

  it('keep their lengths and distances', () => {
    assert.equal(edge('second', 'end').scheduled - edge('second', 'start').scheduled, S);
    assert.equal(edge('third', 'start').scheduled - edge('second', 'end').scheduled, 0.2 * S);
  });

  it('end when the condition has held', () => {
    const backNs = masterAt('r1', edge('first', 'end').from);
    assert.equal(edge('third', 'end').scheduled, backNs + S);
  });

  it('take effect at that moment: the room knows it ahead', () => {
    for (const step of ['second', 'third']) {
      for (const which of ['start', 'end'] as const) {
        const { scheduled, from, to } = edge(step, which);
        assert.ok(from >= scheduled && to - scheduled < 2e6, `${step}.${which}: ${to - scheduled}`);
      }
    }
  });

  it('leave the edges of the others alone', () => {
    assert.equal(edge('first', 'end').scheduled, 30 * S);
    assert.equal(edge('bursts', 'end').scheduled, 61 * S);
    const edges = events.filter((e) => e.type === 'edge');
    const names = edges.map(({ step, edge: which }) => `${step} ${which}`);
    assert.equal(new Set(names).size, names.length, names.join(', '));
  });

  it('say why, and are not injected when nothing triggers them', () => {
    const why = events.filter((e) => e.type === 'triggered');
    assert.deepEqual(
      why.map(({ step, edge: which, text }) => `${step} ${which}: ${text}`),
      ['second start: gw.master == r2', 'third end: gw.master == r1'],
    );
    const skipped = events.filter((e) => e.type === 'skipped');
    assert.deepEqual(skipped.map(({ step }) => step).sort(), ['after-never', 'never']);
    assert.ok(skipped.every(({ t }) => t > edge('third', 'end').scheduled + 5 * S));
    assert.ok(!events.some((e) => e.type === 'edge' && e.step === 'never'));
  });

  it('have windows where they really were; without one a check is inconclusive, with the reason', () => {
    const outcomes = report.checks.map(({ name, outcome }) => `${name}: ${outcome}`);
    assert.ok(outcomes.includes('never without a master: pass'), outcomes.join('\n'));
    assert.ok(outcomes.includes('not to be judged: inconclusive'), outcomes.join('\n'));
    assert.match(report.verdict.reason, /'after-never' was not injected: it follows 'never'/);
    const fromNs = edge('second', 'start').from;
    const noneAgain = events.find(
      (e) => e.type === 'signal' && e.signal === 'gw.masters' && e.value === 0 && e.t > fromNs,
    );
    const heldNs = (noneAgain?.t ?? edge('third', 'end').to) - fromNs;
    assert.ok(Math.abs(measure(report, 'longest') - heldNs / S) < 1e-6);
  });

  it('make the same run again', async () => {
    assert.equal(onlyReport(await chaosRun(SCENARIO, ...WARP)).digest, report.digest);
  });
});

describe('scenarios/second-failure.yml', function () {
  this.timeout(300_000);

  it('the second failure comes 200 ms into the convergence, and costs its own time', async () => {
    const report = onlyReport(await chaosRun('scenarios/second-failure.yml', ...WARP));
    assert.equal(report.verdict.outcome, 'pass', report.verdict.reason);
    const blackoutS = measure(report, 'blackout');
    // 0.2 s, five more, and twice the forward delay, whose timers the kernel's wheel rounds up by at most 0.64 s each;
    // it hears of a carrier that went and of one that came up to a second late (linkwatch); the probe's window is 1 s
    assert.ok(blackoutS > 35 && blackoutS < 35.2 + 2 * 0.64 + 2 * 1 + 1, `${blackoutS} s`);
  });
});
