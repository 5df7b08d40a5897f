import assert from 'node:assert/strict';
import { RunEvents, type Acted } from './run-events.ts';

/** Faults in several nodes, some of which take long, in the warp clock. */
describe('faults in nodes', function () {
  this.timeout(120_000);
  let run: RunEvents;
  before(() => {
    run = new RunEvents('at-once.yml');
  });

  /** how late it began, and how long it took */
  const lateUs = ({ from, scheduled }: Acted): number => (from - scheduled) / 1000;
  const tookS = ({ from, to }: Acted): number => Math.round((to - from) / 1e8) / 10;
  const isExact = (acted: Acted): void => {
    assert.ok(lateUs(acted) >= 0 && lateUs(acted) < 200, `${String(lateUs(acted))} us late`);
  };

  it('do not wait for what takes long in another node', () => {
    for (const edge of ['on', 'off'] as const) {
      const [slow, still] = [run.acted('slow', edge), run.acted('still', edge)];
      for (const each of [slow, still]) isExact(each);
      assert.equal(tookS(slow), 2);
      assert.ok(still.from > slow.from && still.to < slow.to);
    }
  });

  it('take turns in one node, in the order of their moments', () => {
    const waitedUs = (run.acted('after').from - run.acted('slow').to) / 1000;
    assert.ok(waitedUs >= 0 && waitedUs < 200, String(waitedUs));
  });

  it('of one moment begin together, and so does one in all of its nodes', () => {
    const both = run.events.flatMap((event) =>
      event.type === 'node-fault' && event.step === 'both' && event.edge === 'on' ? [event] : [],
    );
    assert.deepEqual(both.map(tookS), [1, 1]);
    for (const each of both) isExact(each);
    const every = run.acted('every');
    isExact(every);
    assert.equal(tookS(every), 1);
    assert.equal(every.readBack, 'left: sleep 1; right: sleep 1');
  });

  it('are done whole or not at all', () => {
    const half = run.events.find(
      (event) => event.type === 'node-fault' && event.step === 'half' && event.edge === 'on',
    );
    assert.ok(half?.type === 'node-fault');
    assert.equal(half.readBack, '');
    assert.match(half.problems.join(), /^right: sh -c .*: exit code 1$/);
    assert.match(run.said('look'), /127\.0\.0\.1/);
    assert.doesNotMatch(run.said('look'), /10\.0\.0\.77/);
  });

  it('leave nothing', () => {
    run.nothingLeft();
  });
});
