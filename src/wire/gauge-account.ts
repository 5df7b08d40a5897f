import { Z } from './dose.ts';
import type { AskedPart } from './expected-passage.ts';

/** A figure with the interval that the true one lies in, 99.9 % sure. Nanoseconds, or bit/s. */
export interface MeasuredFigure {
  readonly asked: number;
  /** null: too few frames could be read */
  readonly measured: number | null;
  readonly interval: readonly [low: number, high: number] | null;
  /** frames of the fault that were watched, and those of them that say something */
  readonly seen: number;
  readonly used: number;
}

/** a spread is not read from fewer */
const FEWEST_FOR_SPREAD = 30;
/** of a rate that was measured once or twice: two frames of the longest kind at the ends of a run */
const LONGEST_FRAME_BITS = 1518 * 8;

/** How far the delays of frames lay from what was asked, for one fault on one direction. */
export class DelayAccount {
  #seen = 0;
  #used = 0;
  #askedNs = 0;
  #variance = 0;
  /** sums over frames: off, weight, and products of both */
  #off = 0;
  #weight = 0;
  #offOff = 0;
  #offWeight = 0;
  #weightWeight = 0;
  /** of frames that were to have jitter, where nothing held them up */
  readonly #jittered: Offsets = { n: 0, asked: 0, variance: 0, powers: [0, 0, 0, 0] };
  #ownVariance = 0;

  /** A frame of the fault came out. */
  saw(): void {
    this.#seen++;
  }

  /**
   * @param offNs its delay less what is expected of all that it met
   * @param varianceNs2 of that
   * @param weight by how much of a longer delay it would be later: 1, or less where the frame before it held it up
   */
  read(part: AskedPart, offNs: number, varianceNs2: number, weight: number): void {
    this.#used++;
    this.#askedNs += part.delayNs;
    this.#variance += varianceNs2;
    this.#off += offNs;
    this.#weight += weight;
    this.#offOff += offNs ** 2;
    this.#offWeight += offNs * weight;
    this.#weightWeight += weight ** 2;
    if (part.jitterNs === 0 || weight < 1) return;
    add(this.#jittered, part.jitterNs, offNs, varianceNs2);
    this.#ownVariance += part.varianceNs2;
  }

  delay(): MeasuredFigure {
    const [n, seen] = [this.#used, this.#seen];
    if (n === 0) return { asked: 0, measured: null, interval: null, seen, used: 0 };
    const asked = this.#askedNs / n;
    const off = this.#off / this.#weight;
    const around = this.#offOff - 2 * off * this.#offWeight + off ** 2 * this.#weightWeight;
    // what the frames show, but no less than what is asked: two frames that agree prove little
    const half = (Z * Math.sqrt(Math.max(around, this.#variance))) / this.#weight;
    const measured = asked + off;
    return { asked, measured, interval: [measured - half, measured + half], seen, used: n };
  }

  /** Others' jitter on the same frames is taken for what they asked. */
  jitter(): MeasuredFigure {
    const { n, asked: sum, variance: wanted, powers } = this.#jittered;
    const seen = this.#seen;
    if (n < FEWEST_FOR_SPREAD) return { asked: 0, measured: null, interval: null, seen, used: 0 };
    const asked = sum / n;
    const own = this.#ownVariance / n;
    const others = wanted / n - own;
    const [mean, second, third, fourth] = powers.map((power) => power / n) as typeof powers;
    const variance = second - mean ** 2;
    const about = fourth - 4 * mean * third + 6 * mean ** 2 * second - 3 * mean ** 4;
    // of a sample's variance, whatever the distribution is
    const half = Z * Math.sqrt(Math.max(0, about - variance ** 2) / n);
    const scaled = (value: number): number => asked * Math.sqrt(Math.max(0, value - others) / own);
    return {
      ...{ asked, seen, used: n },
      measured: scaled(variance),
      interval: [scaled(variance - half), scaled(variance + half)],
    };
  }
}

/** Sums over frames: what was asked, the variance that was expected, powers of how far they were off. */
interface Offsets {
  n: number;
  asked: number;
  variance: number;
  readonly powers: [number, number, number, number];
}

function add(sums: Offsets, asked: number, off: number, variance: number): void {
  sums.n++;
  sums.asked += asked;
  sums.variance += variance;
  for (let k = 0; k < 4; k++) sums.powers[k] = (sums.powers[k] ?? 0) + off ** (k + 1);
}

/** How fast frames left where they waited for each other, for one fault on one direction. */
export class RateAccount {
  #seen = 0;
  #used = 0;
  #bits = 0;
  #ns = 0;
  #askedBits = 0;
  #runBits = 0;
  #runAskedBits = 0;
  #runs = 0;
  #ratios = 0;
  #ratioSquares = 0;

  saw(): void {
    this.#seen++;
  }

  /** A frame that had waited left `ns` after the one before it. */
  read(part: AskedPart, bytes: number, ns: number): void {
    this.#used++;
    this.#bits += bytes * 8;
    this.#ns += ns;
    this.#askedBits += (part.rateBitPerSec * ns) / 1e9;
    this.#runBits += bytes * 8;
    this.#runAskedBits += (part.rateBitPerSec * ns) / 1e9;
  }

  /** A window is over: the rates of windows differ by chance. */
  close(): void {
    if (this.#runAskedBits > 0) {
      const ratio = this.#runBits / this.#runAskedBits;
      this.#runs++;
      this.#ratios += ratio;
      this.#ratioSquares += ratio ** 2;
    }
    this.#runBits = 0;
    this.#runAskedBits = 0;
  }

  rate(): MeasuredFigure {
    const [seen, used] = [this.#seen, this.#used];
    if (used === 0) return { asked: 0, measured: null, interval: null, seen, used };
    const asked = (this.#askedBits / this.#ns) * 1e9;
    const measured = (this.#bits / this.#ns) * 1e9;
    const half = measured * Math.max(this.#spread(), LONGEST_FRAME_BITS / this.#bits);
    return { asked, measured, interval: [Math.max(0, measured - half), measured + half], seen, used };
  } // prettier-ignore

  #spread(): number {
    const n = this.#runs;
    if (n < 3) return 0;
    const mean = this.#ratios / n;
    const variance = Math.max(0, this.#ratioSquares / n - mean ** 2) * (n / (n - 1));
    return (Z * Math.sqrt(variance / n)) / mean;
  }
}
