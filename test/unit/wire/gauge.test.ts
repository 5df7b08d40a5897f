import assert from 'node:assert/strict';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { compose } from '../../../src/wire/compose.ts';
import { TABLE_SCALE } from '../../../src/wire/delay-table.ts';
import { expectedPassage, type LinkRate } from '../../../src/wire/expected-passage.ts';
import { GaugeAccounts } from '../../../src/wire/gauge-accounts.ts';
import { GaugeWindow, type Epoch } from '../../../src/wire/gauge-window.ts';
import { jitterTable } from '../../../src/wire/netem-options.ts';
import type { DoseReport } from '../../../src/wire/room.ts';
import { steer, type SteeredState } from '../../../src/wire/steering.ts';
import type { FrameClass, Impairment, WireWant } from '../../../src/wire/want.ts';

const at = { link: 'dci', direction: 'a>b' } as const;
const impair = (fault: string, impairment: Impairment, match: FrameClass = {}): WireWant => ({
  ...at,
  kind: 'impair',
  fault,
  match,
  impairment,
});

function stateOf(wants: readonly WireWant[]): SteeredState {
  const [state] = compose(wants).values();
  assert.ok(state);
  return { ...state, steered: steer([], state) };
}

interface Sent {
  readonly tNs: number;
  readonly bytes?: number;
  readonly mark?: number;
  readonly key?: string;
}

/** What the wire really does: netem that keeps the order, then the token bucket of the link. */
interface Wire {
  readonly delayNs?: number;
  readonly jitters?: Parameters<typeof jitterTable>[0];
  readonly classDelayNs?: number;
  readonly rateBitPerSec?: number;
}

const LINK: LinkRate = { rateBitPerSec: 100e6, burstBytes: 12_500 };

/** Frames through a wire, watched by a window; the doses that come of it. */
function gauge(wants: readonly WireWant[], wire: Wire, sent: readonly Sent[]): DoseReport[] {
  const { delayNs = 0, jitters = [], classDelayNs = 0, rateBitPerSec = LINK.rateBitPerSec } = wire;
  const random = xoroshiro128plus(7);
  const { jitterNs, table } = jitterTable(jitters);
  const window = new GaugeWindow(0);
  const left: { tNs: number; key: string; bytes: number; mark: number }[] = [];
  let lastNs = 0;
  for (const [k, { tNs, bytes = 100, mark = 0, key = String(k) }] of sent.entries()) {
    const t = table[(random.next() >>> 0) % Math.max(1, table.length)] ?? 0;
    const own = Math.max(0, delayNs + (jitterNs * t) / TABLE_SCALE);
    lastNs = Math.max(lastNs, tNs + own);
    window.entered(tNs, key);
    left.push({ tNs: lastNs + (mark === 0 ? 0 : classDelayNs), key, bytes, mark });
  }
  left.sort((a, b) => a.tNs - b.tNs);
  const bytesPerNs = rateBitPerSec / 8e9;
  let [tokens, tokensAt] = [LINK.burstBytes, 0];
  for (const frame of left) {
    const ready = Math.max(frame.tNs, tokensAt);
    const filled = Math.min(LINK.burstBytes, tokens + bytesPerNs * (ready - tokensAt));
    const waits = Math.max(0, (frame.bytes - filled) / bytesPerNs);
    tokensAt = ready + waits;
    tokens = filled + waits * bytesPerNs - frame.bytes;
    window.left({ ...frame, tNs: tokensAt });
  }
  return dosesOf(wants, window);
}

function dosesOf(wants: readonly WireWant[], window: GaugeWindow): DoseReport[] {
  const state = stateOf(wants);
  const link = { ...LINK, rateBitPerSec: state.rateBitPerSec || LINK.rateBitPerSec };
  const expected = expectedPassage(state, link);
  const accounts = new GaugeAccounts();
  for (const part of expected?.parts ?? []) accounts.expect(at, part);
  const epochs: readonly Epoch[] = [{ fromNs: 0, untilNs: Infinity, expected }];
  window.evaluate(epochs, accounts.sinkOf(at));
  return accounts.doses(() => true);
}

const every = (ns: number, n: number, more: Omit<Sent, 'tNs'> = {}): readonly Sent[] =>
  Array.from({ length: n }, (_, k) => ({ ...more, tNs: k * ns }));

/** at random times, so many a second */
function poisson(perSecond: number, n: number): readonly Sent[] {
  const random = xoroshiro128plus(3);
  let tNs = 0;
  return Array.from({ length: n }, () => {
    tNs += (-Math.log(((random.next() >>> 0) + 1) / 2 ** 32) / perSecond) * 1e9;
    return { tNs };
  });
}

function dose(doses: readonly DoseReport[], quantity: string, fault = 'f'): DoseReport {
  const found = doses.find((each) => each.quantity === quantity && each.fault === fault);
  assert.ok(found, `no ${quantity} of ${fault}`);
  return found;
}

function assertHolds({ interval, asked }: DoseReport, value = asked ?? NaN): void {
  const [low, high] = interval ?? [NaN, NaN];
  assert.ok(low <= value && value <= high, `${String(value)} in ${String(low)}..${String(high)}`);
}

describe('delay and jitter, read from frames', () => {
  const jittered = { delayNs: 20e6, jitterNs: 5e6 } as const;
  const uniform = [{ jitterNs: 5e6, distribution: 'uniform' }] as const;

  it('are exact where nothing is left to chance', () => {
    const [only, ...others] = gauge([impair('f', { delayNs: 20e6 })], { delayNs: 20e6 }, every(1e6, 500));
    assert.deepEqual(others, []);
    assert.deepEqual([only?.quantity, only?.asked, only?.seen], ['delay', 20e6, 500]);
    // the rate that keeps the order takes 8 ns for a frame of 100 bytes; the bucket may have been empty at first
    assert.ok(Math.abs((only?.measured ?? 0) - 20e6) < 100 && (only?.hit ?? 0) > 490);
  }); // prettier-ignore

  for (const [distribution, perSecond] of [
    ['uniform', 50],
    ['uniform', 1000],
    ['normal', 50],
    ['pareto', 50],
    ['paretonormal', 20],
  ] as const) {
    it(`are found within their intervals: ${distribution}, ${String(perSecond)}/s at random`, () => {
      const want = impair('f', { ...jittered, distribution });
      const wire = { delayNs: 20e6, jitters: [{ jitterNs: 5e6, distribution }] };
      const doses = gauge([want], wire, poisson(perSecond, 20_000));
      const [delay, jitter] = [dose(doses, 'delay'), dose(doses, 'jitter')];
      assert.ok(delay.hit > 100, String(delay.hit));
      assert.deepEqual([delay.asked, jitter.asked], [20e6, 5e6]);
      // what the cut of a long tail takes from the mean is the distribution's, and is expected
      assertHolds(delay);
      assertHolds(jitter);
    });
  }

  for (const distribution of ['uniform', 'normal', 'pareto'] as const) {
    it(`need no room between frames, and the mean is not the dose: ${distribution}`, () => {
      const want = impair('f', { ...jittered, distribution });
      const jitters = [{ jitterNs: 5e6, distribution }];
      const crowd = every(1e6, 5000);
      const delay = dose(gauge([want], { delayNs: 20e6, jitters }, crowd), 'delay');
      assert.ok(delay.hit > 500, String(delay.hit));
      assertHolds(delay);
      const [low = 0, high = 0] = delay.interval ?? [];
      assert.ok(high - low < 4e6, String(high - low));
      const late = dose(gauge([want], { delayNs: 24e6, jitters }, crowd), 'delay');
      assert.ok((late.interval?.[0] ?? 0) > 20.5e6, String(late.interval));
    });
  }

  it('of another wire than was asked for are not what was asked', () => {
    const wants = [impair('f', jittered)];
    const late = gauge(wants, { delayNs: 22e6, jitters: uniform }, poisson(50, 2000));
    assertHolds(dose(late, 'delay'), 22e6);
    const [low] = dose(late, 'delay').interval ?? [0];
    assert.ok(low > 21e6);
    const calm = gauge(wants, { delayNs: 20e6, jitters: [{ jitterNs: 2e6, distribution: 'uniform' }] }, poisson(50, 2000));
    assertHolds(dose(calm, 'jitter'), 2e6);
    assertHolds(dose(calm, 'delay'), 20e6);
  }); // prettier-ignore

  it('of several faults are each told what the sum is off by', () => {
    const wants = [impair('a', { delayNs: 20e6 }), impair('b', jittered)];
    const doses = gauge(wants, { delayNs: 41e6, jitters: uniform }, poisson(50, 4000));
    assert.deepEqual([dose(doses, 'delay', 'a').asked, dose(doses, 'delay', 'b').asked], [20e6, 20e6]);
    for (const fault of ['a', 'b']) assertHolds(dose(doses, 'delay', fault), 21e6);
    assertHolds(dose(doses, 'jitter', 'b'));
  }); // prettier-ignore

  it('of a class are read from its frames, and from no others', () => {
    const wants = [impair('f', { delayNs: 20e6 }), impair('c', { delayNs: 7e6 }, { protocol: 'vrrp' })];
    const sent = [...every(10e6, 200), ...every(10e6, 100, { mark: 1 })].map((frame, k) => ({ ...frame, key: String(k) }));
    sent.sort((a, b) => a.tNs - b.tNs);
    const doses = gauge(wants, { delayNs: 20e6, classDelayNs: 7e6 }, sent);
    assert.deepEqual([dose(doses, 'delay', 'f').seen, dose(doses, 'delay', 'c').seen], [300, 100]);
    assert.ok(Math.abs((dose(doses, 'delay', 'c').measured ?? 0) - 7e6) < 200);
    const without = gauge(wants, { delayNs: 20e6 }, every(10e6, 100));
    assert.deepEqual([dose(without, 'delay', 'c').seen, dose(without, 'delay', 'c').measured], [0, null]);
  }); // prettier-ignore

  it('are not read from frames that cannot be told apart', () => {
    const sent = every(10e6, 50, { key: 'the same' });
    const { seen, hit, measured } = dose(gauge([impair('f', { delayNs: 20e6 })], { delayNs: 20e6 }, sent), 'delay');
    assert.deepEqual([seen, hit, measured], [0, 0, null]);
  }); // prettier-ignore

  it('are not read from frames that waited for the link', () => {
    const wants = [impair('f', { delayNs: 20e6 })];
    // 12 Mbit/s into a link of 10: after the bucket is empty every frame waits
    const link = { delayNs: 20e6, rateBitPerSec: 10e6 };
    const slow = [...wants, impair('r', { rateBitPerSec: 10e6 })];
    const doses = gauge(slow, link, every(1e6, 2000, { bytes: 1500 }));
    const { measured, hit } = dose(doses, 'delay');
    assert.ok(hit < 100 && Math.abs((measured ?? 20e6) - 20e6) < 1e3, `${String(measured)} ${String(hit)}`);
  }); // prettier-ignore

  it('say nothing where frames overtake each other', () => {
    const want = impair('f', { delayNs: 20e6, reorderRatio: 0.1, reorderGap: 1 });
    const { seen, hit } = dose(gauge([want], { delayNs: 20e6 }, every(1e6, 100)), 'delay');
    assert.deepEqual([seen, hit], [100, 0]);
  });
});

describe('a rate, read from frames that had to wait', () => {
  it('is what is between them', () => {
    const wants = [impair('f', { rateBitPerSec: 10e6 })];
    for (const rateBitPerSec of [10e6, 8e6, 20e6]) {
      const doses = gauge(wants, { rateBitPerSec }, every(0.5e6, 2000, { bytes: 1500 }));
      const { asked, measured, hit } = dose(doses, 'rate');
      assert.equal(asked, 10e6);
      assert.ok(hit > 1000, String(hit));
      assert.ok(Math.abs((measured ?? 0) - rateBitPerSec) < 1e-6 * rateBitPerSec, String(measured));
      assertHolds(dose(doses, 'rate'), rateBitPerSec);
    }
  });

  it('is not known where the link is never full', () => {
    const doses = gauge([impair('f', { rateBitPerSec: 10e6 })], { rateBitPerSec: 10e6 }, every(10e6, 500));
    const { seen, hit, measured } = dose(doses, 'rate');
    assert.deepEqual([seen, hit, measured], [500, 0, null]);
  }); // prettier-ignore

  it('is that of the fault that asks for the least', () => {
    const wants = [impair('f', { rateBitPerSec: 10e6 }), impair('g', { rateBitPerSec: 20e6 })];
    const doses = gauge(wants, { rateBitPerSec: 10e6 }, every(0.5e6, 2000, { bytes: 1500 }));
    assert.deepEqual(doses.map(({ fault, quantity }) => `${fault} ${quantity}`), ['f rate']);
  }); // prettier-ignore
});

describe('what is expected of frames', () => {
  it('is nothing where no delay and no rate is asked for', () => {
    for (const impairment of [{ lossRatio: 0.1 }, { corruptRatio: 0.1 }]) {
      assert.equal(expectedPassage(stateOf([impair('f', impairment)]), LINK), undefined);
    }
    assert.equal(expectedPassage(stateOf([{ ...at, kind: 'cut', fault: 'f' }]), LINK), undefined);
  });

  it('is the same for the same impairments, and another for another link', () => {
    const state = stateOf([impair('f', { delayNs: 1e6 })]);
    const expected = expectedPassage(state, LINK);
    assert.equal(expectedPassage({ ...state }, LINK), expected);
    assert.notEqual(expectedPassage(state, { ...LINK, rateBitPerSec: 1e6 })?.key, expected?.key);
  });
});
