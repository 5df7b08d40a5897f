import assert from 'node:assert/strict';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { uniformFloat64 } from './uniform.ts';
import { chaosRun, measure } from './chaos-run.ts';

const SEEDS = 20;
const LOSSY_S = 600;
/** priority 100: (256 - 100) / 256 of an advert, RFC 5798 6.1 */
const SKEW_S = 156 / 256;
/** two-sided, 99.9 % */
const Z = 3.29;
const MODEL_RUNS = 4000;

/**
 * How often the backup becomes master in ten minutes, when each frame towards it is lost with probability p. It does
 * so when three adverts in a row are lost: its master-down interval is 3 adverts and a skew of less than one (RFC 5798
 * 6.1). The real master answers the backup's own advert at once with one of its own (keepalived forces an election on
 * a lower priority) and its next one comes an interval later; that one may be lost as well. That is when the backup's
 * next advert comes too, within microseconds: either that one is answered and the interval begins anew, or the timer
 * is first and the answer follows 0.1 ms later. So in each second after the first there are one or two `chances`.
 */
function episodes(p: number, chances: 1 | 2, random: () => number): number {
  const lost = (): boolean => random() < p;
  let count = 0;
  let heardAtS = -random();
  for (;;) {
    let adverts = 1;
    while (adverts <= 3 && lost()) adverts++;
    if (adverts <= 3) heardAtS += adverts;
    else {
      const takesOverAtS = heardAtS + 3 + SKEW_S;
      if (takesOverAtS > LOSSY_S) return count;
      if (takesOverAtS >= 0) count++;
      heardAtS = takesOverAtS;
      for (let allLost = lost(); allLost; heardAtS++) allLost = lost() && (chances === 1 || lost());
    }
    if (heardAtS > LOSSY_S) return count;
  }
}

function model(p: number, chances: 1 | 2): { readonly mean: number; readonly deviation: number } {
  const generator = xoroshiro128plus(1);
  const counts = Array.from({ length: MODEL_RUNS }, () =>
    episodes(p, chances, () => uniformFloat64(generator)),
  );
  const mean = counts.reduce((a, b) => a + b, 0) / MODEL_RUNS;
  const variance = counts.reduce((a, b) => a + (b - mean) ** 2, 0) / (MODEL_RUNS - 1);
  return { mean, deviation: Math.sqrt(variance) };
}

describe('VRRP under random loss towards the backup', function () {
  // a limit for what hangs: 20 runs of ten minutes of lab time, on a machine that may have other work
  this.timeout(3_600_000);

  for (const percent of [30, 50, 70]) {
    it(`dual-master episodes in 10 min at ${percent} %: ${SEEDS} seeds agree with the model`, async () => {
      const run = await chaosRun(
        ...['scenarios/vrrp-loss.yml', '--kernel', 'embedded', '--clock', 'warp'],
        ...['--set', `loss=${percent}%`, '--seeds', `1..${SEEDS}`, '--jobs', '2'],
      );
      assert.equal(run.reports.length, SEEDS, run.output);
      const seen = run.reports.map((report) => measure(report, 'episodes'));
      const mean = seen.reduce((a, b) => a + b, 0) / SEEDS;
      // how often it is one and how often two is decided by microseconds: the truth lies between
      const [least, most] = [model(percent / 100, 1), model(percent / 100, 2)];
      const halfWidth = ({ deviation }: typeof least): number => (Z * deviation) / Math.sqrt(SEEDS);
      const [from, to] = [least.mean - halfWidth(least), most.mean + halfWidth(most)];
      assert.ok(
        mean >= from && mean <= to,
        `mean ${mean} of ${seen.join(' ')}; expected ${from.toFixed(2)} to ${to.toFixed(2)}`,
      );
    });
  }
});
