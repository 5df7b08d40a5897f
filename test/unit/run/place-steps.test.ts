import assert from 'node:assert/strict';
import type { PlannedStart, PlannedStep } from '../../../src/plan/plan.ts';
import { placeSteps, type StepFacts } from '../../../src/run/place-steps.ts';

const position = { file: 's.yml', line: 1, column: 1 };
const S = 1e9;

function step(id: string, startS: number, endS: number, more: Partial<PlannedStep> = {}): PlannedStep {
  const active = [{ fromNs: startS * S, toNs: endS * S }];
  return {
    id, position, startNs: startS * S, endNs: endS * S, active, faults: [], describe: '', ...more,
  };
} // prettier-ignore

const edge = (of: string, which: 'start' | 'end', offsetS = 0) =>
  ({ type: 'edge', of, edge: which, offsetNs: offsetS * S }) as const;

const when = (armed = edge('ready', 'start'), atMostS = 60): PlannedStart => ({
  type: 'when',
  conditions: [],
  holdNs: 0,
  armed,
  atMostNs: atMostS * S,
});

const nothing: StepFacts = {
  nowNs: 0,
  fires: () => undefined,
  ends: () => undefined,
  faults: ({ faults }) => ({ faults }),
  stop: null,
  started: new Map(),
  ended: new Map(),
  skipped: new Map(),
};

/** 'x 3..5' for each that is placed, else what is known */
function summary(steps: PlannedStep[], facts: Partial<StepFacts> = {}): string[] {
  return [...placeSteps(steps, { ...nothing, ...facts })].map(([id, placed]) => {
    if (placed.type === 'waiting') return `${id} waits until ${String(placed.untilNs / S)}`;
    if (placed.type === 'skipped') return `${id}: ${placed.reason}`;
    const { startNs, endNs, active } = placed.step;
    const spans = active.map(({ fromNs, toNs }) => `${String(fromNs / S)}..${String(toNs / S)}`);
    const own = `${String(startNs / S)}..${String(endNs / S)}`;
    return `${id} ${own}${spans.join() === own ? '' : ` (${spans.join(' ')})`}`;
  });
}

describe('where steps stand', () => {
  it('is what the plan says, where it knows', () => {
    assert.deepEqual(summary([step('a', 1, 2), step('b', 5, 9)]), ['a 1..2', 'b 5..9']);
  });

  it('waits for a trigger, and for what follows it', () => {
    const steps = [
      step('a', 0, 2, { starts: when() }),
      step('b', 0, 1, { starts: edge('a', 'end', 3) }),
    ];
    assert.deepEqual(summary(steps), ['a waits until 60', 'b waits until 60']);
    assert.deepEqual(summary(steps, { fires: () => 7 * S }), ['a 7..9', 'b 12..13']);
  });

  it('gives up a trigger in its time, and what follows it with the reason', () => {
    const steps = [
      step('a', 0, 2, { starts: when(edge('ready', 'start', 10), 20) }),
      step('b', 0, 1, { starts: edge('a', 'end', 3) }),
      step('c', 0, 1, { starts: when(edge('b', 'start')) }),
    ];
    assert.deepEqual(summary(steps, { nowNs: 30 * S })[0], 'a waits until 30');
    assert.deepEqual(summary(steps, { nowNs: 30 * S + 1, fires: () => 31 * S }), [
      'a: its trigger did not fire in time',
      "b: it follows 'a', which was not injected",
      "c: it follows 'b', which was not injected",
    ]);
  });

  it('asks a trigger from where it is armed', () => {
    const asked: number[] = [];
    const steps = [
      step('a', 0, 2, { starts: when() }),
      step('b', 0, 1, { starts: when(edge('a', 'end')) }),
    ];
    summary(steps, {
      fires: ({ id }, armedNs) => {
        asked.push(armedNs / S);
        return id === 'a' ? 7 * S : undefined;
      },
    });
    assert.deepEqual(asked, [0, 9]);
  });

  it('of repetitions counts from the first', () => {
    const steps = [
      step('a[1]', 0, 2, { starts: when() }),
      step('a[2]', 5, 7, { starts: edge('a[1]', 'start') }),
    ];
    assert.deepEqual(summary(steps, { fires: () => 10 * S }), ['a[1] 10..12', 'a[2] 15..17']);
  });

  it('moves the times of a flap along, and cuts them off at an end that comes sooner', () => {
    const active = [0, 4, 8].map((s) => ({ fromNs: s * S, toNs: (s + 2) * S }));
    const ends = { type: 'condition', conditions: [], holdNs: 0 } as const;
    const steps = [step('a', 0, 10, { starts: when(), ends, active })];
    const fires = () => 50 * S;
    assert.deepEqual(summary(steps, { fires }), ['a 50..60 (50..52 54..56 58..60)']);
    assert.deepEqual(summary(steps, { fires, ends: () => 55 * S }), ['a 50..55 (50..52 54..55)']);
    assert.deepEqual(summary(steps, { fires, ends: () => 53 * S }), ['a 50..53 (50..52)']);
  }); // prettier-ignore

  it('lets a step end with another one, or when that will not be', () => {
    const steps = [
      step('bg', 5, 90, { ends: edge('a', 'end', 1) }),
      step('a', 0, 2, { starts: when(undefined, 40) }),
    ];
    assert.equal(summary(steps)[0], 'bg 5..90');
    assert.equal(summary(steps, { fires: () => 7 * S })[0], 'bg 5..10');
    assert.equal(summary(steps, { nowNs: 41 * S })[0], 'bg 5..41');
    const skipped = new Map([['a', { reason: 'x', atNs: 41 * S }]]);
    assert.equal(summary(steps, { nowNs: 60 * S, skipped })[0], 'bg 5..41');
  });

  it('keeps what has happened', () => {
    const steps = [
      step('a', 0, 2, { starts: when() }),
      step('b', 0, 1, { starts: edge('a', 'end') }),
    ];
    const started = new Map([['a', 3 * S]]);
    const ended = new Map([['a', 4 * S]]);
    assert.deepEqual(summary(steps, { fires: () => 50 * S, started, ended }), ['a 3..4', 'b 4..5']);
  });

  it('is over for all from a stop on', () => {
    const stop = { atNs: 6 * S, guard: 'g', isSure: true };
    const steps = [step('a', 1, 2), step('b', 5, 9), step('c', 7, 8), step('d', 0, 1, { starts: when() })];
    const started = new Map([['a', S], ['b', 5 * S]]);
    assert.deepEqual(summary(steps, { stop, started }), ['a 1..2', 'b 5..6', "c: guard 'g' has stopped the timeline", "d: guard 'g' has stopped the timeline"]);
  }); // prettier-ignore
});
