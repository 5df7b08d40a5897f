import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  PacketLedger,
  type LedgerOptions,
  type PacketBatch,
  type PacketSecond,
} from '../../../src/probe/packet-ledger.ts';

const MS = 1_000_000;
const S = 1000 * MS;

interface Step {
  readonly value: boolean;
  readonly sentMs: number;
  readonly knownMs: number;
}

class Recorder {
  readonly okSteps: Step[] = [];
  readonly answeredSteps: Step[] = [];
  readonly decidedSeconds: (PacketSecond & { readonly knownMs: number })[] = [];
  readonly closedSeconds: (PacketSecond & { readonly knownMs: number })[] = [];

  ok(value: boolean, sentNs: number, knownNs: number): void {
    this.okSteps.push({ value, sentMs: sentNs / MS, knownMs: knownNs / MS });
  }

  answered(value: boolean, sentNs: number, knownNs: number): void {
    this.answeredSteps.push({ value, sentMs: sentNs / MS, knownMs: knownNs / MS });
  }

  decided(second: PacketSecond, knownNs: number): void {
    this.decidedSeconds.push({ ...second, knownMs: knownNs / MS });
  }

  closed(second: PacketSecond, knownNs: number): void {
    this.closedSeconds.push({ ...second, knownMs: knownNs / MS });
  }
}

function batch(
  firstSequence: number,
  sentMs: readonly number[],
  received: readonly (readonly [sequence: number, atMs: number])[],
  completeToMs: number,
  failed: readonly number[] = [],
): PacketBatch {
  return {
    firstSequence,
    sentNs: Float64Array.from(sentMs, (ms) => ms * MS),
    sendErrors: failed.map((sequence) => ({ sequence, errno: 101 })),
    receivedSequence: Uint32Array.from(received, ([sequence]) => sequence),
    receivedNs: Float64Array.from(received, ([, atMs]) => atMs * MS),
    completeToNs: completeToMs * MS,
  };
}

function start(options: Partial<LedgerOptions> = {}): { ledger: PacketLedger; seen: Recorder } {
  const seen = new Recorder();
  const all = { timeoutNs: S, lossBelow: 0.05, windowNs: 0, ...options };
  return { ledger: new PacketLedger(all, seen), seen };
}

const steps = (from: readonly Step[]): readonly (readonly [boolean, number])[] =>
  from.map((step) => [step.value, step.sentMs] as const);

describe('PacketLedger', () => {
  it('answers each packet from its time of sending, in order', () => {
    const { ledger, seen } = start();
    ledger.add(batch(0, [0, 100, 200, 300], [[0, 10], [1, 110], [3, 310]], 400)); // prettier-ignore
    // packet 2 may still come: neither it nor 3 is judged
    assert.deepEqual(steps(seen.answeredSteps), [[true, 0]]);
    ledger.add(batch(4, [], [], 1201));
    assert.deepEqual(seen.answeredSteps.slice(1), [
      { value: false, sentMs: 200, knownMs: 1201 },
      { value: true, sentMs: 300, knownMs: 1201 },
    ]);
  });

  it('keeps a packet as lost only when its timeout is really over', () => {
    const { ledger, seen } = start();
    ledger.add(batch(0, [0], [], 1000));
    assert.deepEqual(seen.answeredSteps, []);
    ledger.add(batch(1, [], [[0, 1000]], 1001));
    assert.deepEqual(steps(seen.answeredSteps), [[true, 0]]);
  });

  it('takes packets that overtook one another as they are', () => {
    const { ledger, seen } = start();
    ledger.add(batch(0, [0, 10, 20], [[2, 30], [0, 35], [1, 36]], 100)); // prettier-ignore
    ledger.finish(100 * MS);
    assert.deepEqual(steps(seen.answeredSteps), [[true, 0]]);
    assert.equal(seen.closedSeconds[0]?.received, 3);
  });

  it('counts a duplicate once, with the delay of the first copy', () => {
    const { ledger, seen } = start();
    ledger.add(batch(0, [0], [[0, 10], [0, 400]], 500)); // prettier-ignore
    ledger.add(batch(1, [], [[0, 600]], 700));
    ledger.finish(700 * MS);
    const [second] = seen.closedSeconds;
    assert.equal(second?.received, 1);
    assert.equal(second.late, 0);
    assert.equal(second.delayMaxNs, 10 * MS);
  });

  it('counts a late packet as lost, and as late', () => {
    const { ledger, seen } = start();
    ledger.add(batch(0, [0, 10], [[1, 15]], 1100));
    ledger.add(batch(2, [], [[0, 1500], [0, 1600]], 2000)); // prettier-ignore
    ledger.add(batch(2, [], [], 3000));
    assert.deepEqual(steps(seen.answeredSteps), [[false, 0], [true, 10]]); // prettier-ignore
    const [second] = seen.closedSeconds;
    assert.deepEqual([second?.sent, second?.received, second?.late], [2, 1, 1]);
    assert.equal(second?.knownMs, 3000);
  });

  it('counts a packet that comes late within one report as late, too', () => {
    const { ledger, seen } = start();
    ledger.add(batch(0, [0], [[0, 1200]], 1300));
    assert.deepEqual(steps(seen.answeredSteps), [[false, 0]]);
    ledger.finish(1300 * MS);
    assert.equal(seen.closedSeconds[0]?.late, 1);
  });

  it('has a packet lost at once when it could not be sent', () => {
    const { ledger, seen } = start();
    ledger.add(batch(0, [0, 10, 20], [[0, 1], [2, 21]], 30, [1])); // prettier-ignore
    assert.deepEqual(steps(seen.answeredSteps), [[true, 0], [false, 10], [true, 20]]); // prettier-ignore
    ledger.finish(30 * MS);
    assert.deepEqual([seen.closedSeconds[0]?.sent, seen.closedSeconds[0]?.received], [3, 2]);
  });

  it('refuses a report with packets missing before it', () => {
    const { ledger } = start();
    ledger.add(batch(0, [0], [], 1));
    assert.throws(() => ledger.add(batch(2, [20], [], 30)), /packet 1 expected, not 2/);
  });

  it('ignores numbers that were never sent', () => {
    const { ledger, seen } = start();
    ledger.add(batch(0, [0], [[7, 5], [4_000_000_000, 6]], 10)); // prettier-ignore
    ledger.finish(10 * MS);
    assert.deepEqual([seen.closedSeconds[0]?.sent, seen.closedSeconds[0]?.received], [0, 0]);
  });

  it('takes packets out of the account that might still have arrived at the end', () => {
    const { ledger, seen } = start();
    ledger.add(batch(0, [0, 500, 600, 700], [[0, 10], [2, 610]], 1200)); // prettier-ignore
    ledger.finish(1200 * MS);
    assert.deepEqual([seen.closedSeconds[0]?.sent, seen.closedSeconds[0]?.received], [2, 2]);
    assert.deepEqual(steps(seen.answeredSteps), [[true, 0]]);
  });
});

describe('PacketLedger, ok over a window', () => {
  const every100 = Array.from({ length: 40 }, (_, i) => i * 100);
  const window = { windowNs: S, lossBelow: 0.2, timeoutNs: 500 * MS };
  const lose = (lost: readonly number[]): PacketBatch =>
    batch(
      0,
      every100,
      every100.flatMap((ms, i) => (lost.includes(i) ? [] : [[i, ms + 5] as const])),
      10_000,
    );

  it('is not known before the first window is full', () => {
    const { ledger, seen } = start(window);
    ledger.add(lose([]));
    assert.deepEqual(steps(seen.okSteps), [[true, 1000]]);
  });

  it('is false from the packet whose loss brought the window to its limit, until the window is better', () => {
    const { ledger, seen } = start(window);
    // ten packets a window: 10 % is below 20 %, 20 % is not
    ledger.add(lose([15, 18]));
    // packet 15 leaves the window (from - 1 s, now] when packet 25 is sent
    assert.deepEqual(steps(seen.okSteps), [[true, 1000], [false, 1800], [true, 2500]]); // prettier-ignore
    assert.equal(seen.okSteps[1]?.knownMs, 10_000);
  });

  it('is a matter of each packet when the window is 0', () => {
    const { ledger, seen } = start({ ...window, windowNs: 0 });
    ledger.add(lose([15]));
    assert.deepEqual(steps(seen.okSteps), [[true, 0], [false, 1500], [true, 1600]]); // prettier-ignore
  });

  it('survives the end of the stream', () => {
    const { ledger, seen } = start(window);
    const received = every100.slice(0, -2).map((ms, i) => [i, ms + 5] as const);
    ledger.add(batch(0, every100, received, 3_950));
    ledger.finish(3_950 * MS);
    assert.deepEqual(steps(seen.okSteps), [[true, 1000]]);
  });
});

describe('PacketLedger, seconds', () => {
  it('sums up each second by time of sending', () => {
    const { ledger, seen } = start();
    ledger.add(batch(0, [900, 1000, 1500], [[0, 940], [1, 1010], [2, 1530]], 1600)); // prettier-ignore
    ledger.add(batch(3, [2100], [[3, 2101]], 5000)); // prettier-ignore
    assert.deepEqual(seen.closedSeconds.map((s) => [s.startNs / S, s.sent]), [[0, 1], [1, 2], [2, 1]]); // prettier-ignore
    const { startNs, endNs, sent, received, late, ...delays } = seen.closedSeconds[1]!;
    assert.deepEqual([startNs, endNs, sent, received, late], [S, 2 * S, 2, 2, 0]);
    assert.equal(delays.delayMinNs, 10 * MS);
    assert.equal(delays.delayMeanNs, 20 * MS);
    assert.equal(delays.delayMaxNs, 30 * MS);
  });

  it('has no delay where nothing arrived', () => {
    const { ledger, seen } = start();
    ledger.add(batch(0, [0], [], 5000));
    const second = seen.closedSeconds[0]!;
    assert.deepEqual([second.sent, second.received, second.delayMeanNs], [1, 0, null]);
  });

  it('knows a second as soon as its last packet is judged, and closes it when no late one is expected', () => {
    const { ledger, seen } = start();
    ledger.add(batch(0, [0, 500], [[0, 10], [1, 510]], 900)); // prettier-ignore
    assert.equal(seen.decidedSeconds.length, 0);
    ledger.add(batch(2, [1000], [], 1050));
    assert.deepEqual(seen.decidedSeconds.map((s) => s.knownMs), [1050]); // prettier-ignore
    ledger.add(batch(3, [], [], 2999));
    assert.equal(seen.closedSeconds.length, 0);
    ledger.add(batch(3, [], [], 3000));
    assert.deepEqual(seen.closedSeconds.map((s) => s.startNs), [0]); // prettier-ignore
  });

  it('shows seconds in which the sender stood still', () => {
    const { ledger, seen } = start();
    ledger.add(batch(0, [500, 3500], [[0, 510], [1, 3510]], 9000)); // prettier-ignore
    assert.deepEqual(seen.decidedSeconds.map((s) => s.sent), [1, 0, 0, 1]); // prettier-ignore
  });
});

describe('PacketLedger, whatever the network does', () => {
  const TIMEOUT_MS = 300;
  const packets = fc.array(
    fc.record({ gapMs: fc.integer({ min: 1, max: 400 }), delaysMs: fc.array(fc.integer({ min: 1, max: 700 }), { maxLength: 3 }) }),
    { minLength: 1, maxLength: 60 },
  ); // prettier-ignore

  /** Reports as a room would give them: cut at these moments, each event in the first report that is complete to it. */
  function reports(
    sentMs: readonly number[],
    arrivals: readonly (readonly [number, number])[],
    cutsMs: readonly number[],
  ): readonly PacketBatch[] {
    let fromMs = -Infinity;
    let next = 0;
    return cutsMs.map((cutMs) => {
      const sent = sentMs.filter((ms) => ms >= fromMs && ms < cutMs);
      const received = arrivals.filter(([, ms]) => ms >= fromMs && ms < cutMs);
      const made = batch(next, sent, received, cutMs);
      next += sent.length;
      fromMs = cutMs;
      return made;
    });
  }

  it('adds up, and does not depend on how the reports are cut', () => {
    fc.assert(
      fc.property(packets, fc.integer({ min: 50, max: 2000 }), (given, cutEveryMs) => {
        let nowMs = 0;
        const sentMs = given.map(({ gapMs }) => (nowMs += gapMs));
        const arrivals = given
          .flatMap(({ delaysMs }, i) => delaysMs.map((d) => [i, sentMs[i]! + d] as const))
          .sort((a, b) => a[1] - b[1]);
        const endMs = nowMs + 10_000;
        const cuts = Array.from({ length: Math.ceil(endMs / cutEveryMs) }, (_, i) => (i + 1) * cutEveryMs);
        const options = { timeoutNs: TIMEOUT_MS * MS, windowNs: S, lossBelow: 0.3 };
        const [cut, whole] = [start(options), start(options)];
        for (const report of reports(sentMs, arrivals, cuts)) cut.ledger.add(report);
        for (const report of reports(sentMs, arrivals, [endMs])) whole.ledger.add(report);
        assert.deepEqual(steps(cut.seen.answeredSteps), steps(whole.seen.answeredSteps));
        assert.deepEqual(steps(cut.seen.okSteps), steps(whole.seen.okSteps));

        const inTime = given.filter(({ delaysMs }) => delaysMs.some((d) => d <= TIMEOUT_MS)).length;
        const late = given.filter(({ delaysMs }) => delaysMs.length > 0 && delaysMs.every((d) => d > TIMEOUT_MS)).length;
        const sum = (of: (s: PacketSecond) => number): number =>
          whole.seen.closedSeconds.reduce((total, s) => total + of(s), 0);
        assert.equal(sum((s) => s.sent), given.length);
        assert.equal(sum((s) => s.received), inTime);
        assert.equal(sum((s) => s.late), late);
      }),
    ); // prettier-ignore
  });
});

describe('PacketLedger, memory and long runs', () => {
  it('keeps its books over more packets than its ring holds at first', () => {
    const { ledger, seen } = start({ windowNs: S });
    const perBatch = 5000;
    for (let i = 0; i < 20; i += 1) {
      const first = i * perBatch;
      const sentMs = Array.from({ length: perBatch }, (_, k) => first + k);
      const received = sentMs.map((ms, k) => [first + k, ms + 2] as const);
      ledger.add(batch(first, sentMs, i % 2 === 0 ? received : [], first + perBatch + 3));
    }
    ledger.add(batch(20 * perBatch, [], [], 200_000));
    assert.equal(seen.closedSeconds.reduce((n, s) => n + s.received, 0), 10 * perBatch); // prettier-ignore
    assert.deepEqual(
      steps(seen.answeredSteps),
      Array.from({ length: 20 }, (_, i) => [i % 2 === 0, i * perBatch]),
    );
  });
});
