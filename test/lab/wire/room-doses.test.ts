import assert from 'node:assert/strict';
import type { DoseReport } from './room-lab.ts';
import { runInside } from './run-inside.ts';

interface Figures {
  readonly doses: readonly DoseReport[];
  readonly sent: number;
  /** by the time stamps of the node that received */
  readonly delays: readonly number[];
  /** frames that the node's interface has counted */
  readonly arrived: number;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function deviation(values: readonly number[]): number {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
}

describe('doses of delay, jitter and rate, in the embedded kernel', function () {
  this.timeout(240_000);
  let said: ReadonlyMap<string, unknown>;
  before(async () => {
    said = await runInside('dose-figures.ts');
  });

  const of = (name: string): Figures => said.get(name) as Figures;

  function dose(name: string, quantity: string, fault = 'f'): DoseReport {
    const found = of(name).doses.find(
      (r) => r.quantity === quantity && r.fault === `${name} ${fault}`,
    );
    assert.ok(found, `${name}: no ${quantity} of ${fault}`);
    return found;
  }

  function assertHolds({ interval }: DoseReport, value: number): void {
    const [low, high] = interval ?? [NaN, NaN];
    assert.ok(low <= value && value <= high, `${String(value)}: ${String(low)}..${String(high)}`);
  }

  it('find the delay that was asked, and that the receiver saw', () => {
    const { measured, asked, hit } = dose('delay', 'delay');
    assert.equal(asked, 20e6);
    assert.ok(hit > 200, String(hit));
    // the warp clock ticks in steps of 20 us
    assert.ok(Math.abs((measured ?? 0) - 20e6) < 40e3, String(measured));
    assert.ok(Math.abs((measured ?? 0) - mean(of('delay').delays)) < 60e3);
  });

  it('find the jitter that was asked, and that the receiver saw', () => {
    const [delay, jitter] = [dose('jitter', 'delay'), dose('jitter', 'jitter')];
    assert.ok(delay.hit > 500, String(delay.hit));
    assertHolds(delay, 20e6);
    assertHolds(jitter, 5e6);
    // 20 ms apart frames hardly hold each other up: the receiver's spread is the jitter
    const seen = deviation(of('jitter').delays);
    assert.ok(Math.abs((jitter.measured ?? 0) - seen) < 0.1 * seen, String(seen));
  });

  it('are not misled by frames that hold each other up', () => {
    // the receiver's mean is higher by 5^3 / 600 ms: a frame is no earlier than the one 5 ms before it
    assert.ok(Math.abs(mean(of('in a crowd').delays) - 20.21e6) < 0.1e6);
    assertHolds(dose('in a crowd', 'delay'), 20e6);
    assertHolds(dose('in a crowd', 'jitter'), 5e6);
  });

  it('are not misled by a throng either, where no frame is by itself', () => {
    assert.ok(mean(of('in a throng').delays) > 22e6);
    const delay = dose('in a throng', 'delay');
    assert.ok(delay.hit > 100, String(delay.hit));
    assertHolds(delay, 20e6);
    const jitter = dose('in a throng', 'jitter');
    assert.deepEqual([jitter.hit, jitter.measured], [0, null]);
  });

  it('tell faults of all frames and of a class apart', () => {
    for (const [fault, ns] of [['f', 20e6], ['g', 10e6]] as const) {
      const { asked, measured, hit } = dose('two faults', 'delay', fault);
      assert.equal(asked, ns);
      assert.ok(hit > 200 && Math.abs((measured ?? 0) - ns) < 40e3, String(measured));
    }
  }); // prettier-ignore

  it('say when no frame was of the class', () => {
    const { seen, measured } = dose('nobody of the class', 'delay');
    assert.deepEqual([seen, measured], [0, null]);
  });

  it('are read from a packet a second too', () => {
    const { hit, measured } = dose('seldom', 'delay');
    assert.ok(hit >= 5 && Math.abs((measured ?? 0) - 400e6) < 40e3, `${String(hit)} ${String(measured)}`);
  }); // prettier-ignore

  it('notice what somebody else has made of the wire', () => {
    assert.ok(Math.abs((dose('tampered delay', 'delay').measured ?? 0) - 23e6) < 40e3);
    const jitter = dose('tampered jitter', 'jitter');
    assert.equal(jitter.asked, 5e6);
    const [, high = Infinity] = jitter.interval ?? [];
    assertHolds(jitter, 2e6);
    assert.ok(high < 3e6);
    assert.ok(Math.abs((dose('tampered rate', 'rate').measured ?? 0) - 6e6) < 0.02 * 6e6);
  });

  it('find the rate of a link that is full, and of a class', () => {
    for (const name of ['rate', 'rate of a class']) {
      const { asked, measured, hit } = dose(name, 'rate');
      assert.ok(Math.abs((asked ?? 0) - 4e6) < 1);
      assert.ok(hit > 100, `${name}: ${String(hit)}`);
      assert.ok(Math.abs((measured ?? 0) - 4e6) < 0.01 * 4e6, `${name}: ${String(measured)}`);
    }
  });

  it('say that a rate was never reached', () => {
    const { seen, hit, measured } = dose('rate with room', 'rate');
    assert.ok(seen > 100, String(seen));
    assert.deepEqual([hit, measured], [0, null]);
  });

  it('come without a single frame of our own', () => {
    for (const name of ['delay', 'jitter', 'in a crowd', 'two faults', 'seldom']) {
      assert.equal(of(name).arrived, of(name).sent, name);
    }
  });
});
