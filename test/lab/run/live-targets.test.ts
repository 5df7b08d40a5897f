import assert from 'node:assert/strict';
import type { RunEvent } from '../../../src/run/events.ts';
import { chaosRun, onlyReport } from './chaos-run.ts';

const SCENARIO = 'test/lab/run/scenarios/live-targets.yml';
const WARP = ['--kernel', 'embedded', '--clock', 'warp'];

describe('targets that are decided in the run', function () {
  this.timeout(300_000);
  let events: readonly RunEvent[] = [];
  let report: ReturnType<typeof onlyReport>;

  before(async () => {
    const run = await chaosRun(SCENARIO, ...WARP);
    report = onlyReport(run);
    const lines = (run.logs[0] ?? '').trimEnd().split('\n');
    events = lines.map((line) => JSON.parse(line) as RunEvent);
  });

  function named(step: string): string {
    const found = events.find((event) => event.type === 'target' && event.step === step);
    assert.ok(found?.type === 'target', `${step} was not named`);
    const links = new Set(found.directions.map(({ link }) => link));
    return `${found.by} is ${found.names.join(' ')}: ${[...links].join(' ')}`;
  }

  it('are what the signal says at the moment of injection', () => {
    assert.equal(named('master'), 'end: now gw.master is r1: to-r1');
    assert.equal(named('next'), 'end: now gw.master is r2: to-r2');
  });

  it('are hit: whoever was master is none a moment later', () => {
    const start = events.find((e) => e.type === 'edge' && e.step === 'next' && e.edge === 'on');
    assert.ok(start?.type === 'edge');
    const lost = events.find(
      (e) => e.type === 'signal' && e.signal === 'gw.master' && e.value === 'none' && e.t > start.t,
    );
    assert.ok(lost !== undefined && lost.t - start.t < 100e6);
    const inForce = events.filter((e) => e.type === 'in-force' && e.step === 'next');
    assert.deepEqual([...new Set(inForce.map((e) => (e.type === 'in-force' ? e.link : '')))], ['to-r2']);
  }); // prettier-ignore

  it('that are nothing: not injected, inconclusive with the reason', () => {
    assert.ok(!events.some((e) => e.type === 'edge' && e.step === 'nobody'));
    assert.equal(report.verdict.outcome, 'inconclusive');
    const why = /'nobody' was not injected: gw.master was none, which is nothing in the lab/;
    assert.match(report.verdict.reason, why);
  });

  it('are in the report as what was hit', () => {
    const target = (step: string): string | undefined =>
      report.faults.find((fault) => fault.step === step)?.target;
    assert.match(target('master') ?? '', /to-r1/);
    assert.match(target('next') ?? '', /to-r2/);
    assert.match(named('any[1]'), /^link: pick 1 of 2 is (to-r[12]): \1$/);
  });
});
