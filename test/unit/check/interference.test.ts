import assert from 'node:assert/strict';
import { interferences } from '../../../src/check/interference.ts';
import type { RunEvent } from '../../../src/run/events.ts';
import { makeRun, never, S } from './make-run.ts';

const guard: RunEvent = {
  t: 12 * S, type: 'guard', guard: 'storm', step: 'bursts', then: 'heal', text: 'x > 1', since: 10 * S,
}; // prettier-ignore

function act(rc: number | null, problem?: string): RunEvent {
  return {
    t: S, type: 'act', step: 'promote', node: 'r1', argv: ['promote'], rc, expected: 0,
    output: 'one\nnot allowed\n', from: S, to: S, ...(problem !== undefined && { problem }),
  };
} // prettier-ignore

describe('what kept a run from being what was asked for', () => {
  it('is a guard that nobody named', () => {
    const { run } = makeRun({});
    assert.deepEqual(interferences(run, [guard]), ["guard 'storm' ended step 'bursts' at 12 s: x > 1"]);
  }); // prettier-ignore

  it('is none that a check reads: that is data', () => {
    const { run } = makeRun({ checks: [never('guard.storm')] });
    assert.deepEqual(interferences(run, [guard]), []);
  });

  it('is an act that failed, with what it said last', () => {
    const { run } = makeRun({});
    assert.deepEqual(interferences(run, [act(0)]), []);
    assert.deepEqual(interferences(run, [act(2)]), [
      "act 'promote' as r1: exit code 2 where 0 was expected (not allowed)",
    ]);
    assert.deepEqual(interferences(run, [act(null, 'ended by SIGKILL')]), [
      "act 'promote' as r1: ended by SIGKILL where 0 was expected (not allowed)",
    ]);
  });
});
