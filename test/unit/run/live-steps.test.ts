import assert from 'node:assert/strict';
import type { PlannedStep } from '../../../src/plan/plan.ts';
import type { EventLog } from '../../../src/run/event-log.ts';
import { LiveSteps } from '../../../src/run/live-steps.ts';
import { SignalBoard } from '../../../src/run/signal-board.ts';
import { parseExpression } from '../../../src/scenario/expression/parse.ts';

const S = 1e9;
const position = { file: 's.yml', line: 1, column: 1 };
const silent = { add: () => undefined } as unknown as EventLog;

function board(): SignalBoard {
  const spec = { about: '', valueType: 'count', unit: '', resolutionNs: 1 } as const;
  return new SignalBoard(silent, [
    { ...spec, path: 'x.n' },
    { ...spec, path: 'x.name' },
  ]);
}

function step(id: string, startS: number, endS: number, more: Partial<PlannedStep> = {}): PlannedStep {
  const active = [{ fromNs: startS * S, toNs: endS * S }];
  return {
    id, position, startNs: startS * S, endNs: endS * S, active, faults: [], describe: '', ...more,
  };
} // prettier-ignore

const when = (text: string) => [{ text, expression: parseExpression(text) }];

function guarded(then: 'heal' | 'stop'): PlannedStep {
  const guard = { name: 'g', conditions: when('x.n > 1'), holdNs: 2 * S, then } as const;
  return step('a', 1, 9, { guard, ends: { type: 'guard' } });
}

/** 'a 1..9', or what else it is */
function where(live: LiveSteps, nowS: number): string[] {
  return [...live.place(nowS * S)].map(([id, placed]) => {
    if (placed.type !== 'placed') return `${id} ${placed.type}`;
    return `${id} ${String(placed.step.startNs / S)}..${String(placed.step.endNs / S)}`;
  });
}

/** The signal has this value from then on. */
function set(signals: SignalBoard, live: LiveSteps, value: number | string, atS: number): void {
  signals.set(typeof value === 'string' ? 'x.name' : 'x.n', value, atS * S);
  live.settle(atS * S);
}

function begin(live: LiveSteps, id: string, nowS: number): boolean {
  const placed = live.place(nowS * S).get(id);
  assert.ok(placed?.type === 'placed');
  return live.begun(placed.step);
}

describe('steps that signals move', () => {
  it('end when their guard has seen enough, and not when it breaks before', () => {
    const signals = board();
    const live = new LiveSteps([guarded('heal'), step('b', 8, 9)], signals);
    begin(live, 'a', 1);
    set(signals, live, 2, 3);
    assert.deepEqual(where(live, 3), ['a 1..5', 'b 8..9']);
    set(signals, live, 1, 4);
    assert.deepEqual(where(live, 4), ['a 1..9', 'b 8..9']);
    set(signals, live, 2, 6);
    assert.deepEqual(where(live, 6), ['a 1..8', 'b 8..9']);
    assert.equal(live.trippedAt('a', 8 * S)?.text, 'x.n > 1');
    assert.equal(live.trippedAt('a', 7 * S), undefined);
  });

  it('wait when a guard may stop the timeline, and are not injected once it has', () => {
    const signals = board();
    const live = new LiveSteps([guarded('stop'), step('b', 4, 7), step('c', 6, 7)], signals);
    begin(live, 'a', 1);
    set(signals, live, 2, 3);
    assert.deepEqual(where(live, 3), ['a 1..5', 'b 4..5', 'c waiting']);
    set(signals, live, 1, 4);
    assert.deepEqual(where(live, 4), ['a 1..9', 'b 4..7', 'c 6..7']);
    set(signals, live, 2, 5);
    begin(live, 'b', 5);
    assert.ok(live.trippedAt('a', 7 * S));
    live.over('a', 7 * S);
    assert.deepEqual(where(live, 7.1), ['a 1..7', 'b 4..7', 'c 6..7']);
  });

  it('wait for the news of their guard, and are not looked at again and again until it comes', () => {
    const signals = board();
    const live = new LiveSteps([guarded('stop'), step('b', 6, 7)], signals);
    begin(live, 'a', 1);
    set(signals, live, 2, 3);
    // its time has come, and the room has not said so yet
    const placed = live.place(5.001 * S).get('b');
    assert.deepEqual(placed, { type: 'waiting', untilNs: Infinity });
  });

  it('are ended by a guard that holds when they start', () => {
    const signals = board();
    const a = guarded('stop');
    const guard = { ...(a.guard ?? assert.fail()), holdNs: 0 };
    const live = new LiveSteps([{ ...a, guard }, step('b', 6, 7)], signals);
    set(signals, live, 2, 0);
    assert.deepEqual(where(live, 0), ['a 1..1.000001', 'b waiting']);
    begin(live, 'a', 1);
    assert.ok(live.trippedAt('a', 1 * S + 1000));
    live.over('a', 1 * S + 1000);
    assert.deepEqual(where(live, 2), ['a 1..1.000001', 'b skipped']);
  });

  it('are what a stop leaves of them', () => {
    const signals = board();
    const live = new LiveSteps([guarded('stop'), step('b', 4, 20), step('c', 8, 9)], signals);
    begin(live, 'a', 1);
    begin(live, 'b', 4);
    set(signals, live, 2, 5);
    live.trippedAt('a', 7 * S);
    live.over('a', 7 * S);
    assert.deepEqual(where(live, 7), ['a 1..7', 'b 4..7', 'c skipped']);
  });

  it('act on what a signal names until they have begun, and on that to their end', () => {
    const signals = board();
    const target = (link: string) => ({ directions: [{ link, direction: 'a>b' as const }], endpoints: [] });
    const live = { key: 'end', signal: 'x.name', choices: { r1: target('l1'), r2: target('l2') } };
    const fault = { kind: 'black-hole', params: {}, target: { directions: [], endpoints: [] }, live };
    const steps = new LiveSteps([step('a', 5, 9, { faults: [fault] })], signals);
    const links = (nowS: number): string | undefined => {
      const placed = steps.place(nowS * S).get('a');
      assert.ok(placed?.type === 'placed');
      const [first] = placed.step.faults;
      return placed.step.nothing ?? first?.target.directions[0]?.link;
    };
    assert.equal(links(0), 'x.name was not known, which is nothing in the lab');
    set(signals, steps, 'r1', 1);
    assert.equal(links(1), 'l1');
    set(signals, steps, 'r2', 2);
    assert.equal(links(2), 'l2');
    assert.equal(begin(steps, 'a', 5), true);
    set(signals, steps, 'r1', 6);
    assert.equal(links(6), 'l2');
  }); // prettier-ignore

  it('are not injected when the signal names nothing', () => {
    const signals = board();
    const live = { key: 'end', signal: 'x.name', choices: {} };
    const fault = {
      kind: 'black-hole',
      params: {},
      target: { directions: [], endpoints: [] },
      live,
    };
    const steps = new LiveSteps([step('a', 5, 9, { faults: [fault] })], signals);
    set(signals, steps, 'none', 1);
    assert.equal(begin(steps, 'a', 5), false);
    assert.deepEqual(where(steps, 5), ['a skipped']);
  });
});
