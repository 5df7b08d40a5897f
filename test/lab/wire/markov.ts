/** A Markov chain that steps once per frame: from each state the probabilities of the next; and whether a frame is lost there. */
export interface LossChain {
  readonly next: readonly (readonly number[])[];
  readonly lost: readonly boolean[];
}

export const bernoulli = (p: number): LossChain => ({
  next: [
    [1 - p, p],
    [1 - p, p],
  ],
  lost: [false, true],
});

/** tc-netem(8) `loss gemodel p r 1-h 1-k`: good and bad, passed and lost. It steps first and loses in the new state. */
export function gilbertElliott(p: number, r: number, lossBad: number, lossGood: number): LossChain {
  const from = (bad: number): readonly number[] => [
    (1 - bad) * (1 - lossGood),
    (1 - bad) * lossGood,
    bad * (1 - lossBad),
    bad * lossBad,
  ];
  return {
    next: [from(p), from(p), from(1 - r), from(1 - r)],
    lost: [false, true, false, true],
  };
}

/** tc-netem(8) `loss state`, S. Salsano et al., "Definition of a general and intuitive loss model": states 1 to 4. */
export function fourState(of: {
  readonly p13: number;
  readonly p31: number;
  readonly p32: number;
  readonly p23: number;
  readonly p14: number;
}): LossChain {
  const { p13, p31, p32, p23, p14 } = of;
  return {
    next: [
      [1 - p13 - p14, 0, p13, p14],
      [0, 1 - p23, p23, 0],
      [p31, p32, 1 - p31 - p32, 0],
      [1, 0, 0, 0],
    ],
    lost: [false, false, true, true],
  };
}

function step(at: readonly number[], { next }: LossChain): number[] {
  return at.map((_, to) =>
    at.reduce((sum, share, from) => sum + share * (next[from]?.[to] ?? 0), 0),
  );
}

const ITERATIONS = 2000;

function stationary(chain: LossChain): readonly number[] {
  let at: readonly number[] = chain.lost.map((_, state) => (state === 0 ? 1 : 0));
  for (let k = 0; k < ITERATIONS; k++) at = step(at, chain);
  return at;
}

const lostOf = (at: readonly number[], { lost }: LossChain): number =>
  at.reduce((sum, share, state) => sum + (lost[state] === true ? share : 0), 0);

/** The share of frames that is lost, and the standard error of it when `n` frames in a row are looked at. */
export function meanAndError(chain: LossChain, n: number): { mean: number; error: number } {
  const always = stationary(chain);
  const mean = lostOf(always, chain);
  // the sum of the autocovariance: those that are lost, k steps on
  let now: readonly number[] = always.map((share, state) =>
    chain.lost[state] === true ? share : 0,
  );
  let variance = mean * (1 - mean);
  for (let k = 1; k < ITERATIONS; k++) {
    now = step(now, chain);
    variance += 2 * (lostOf(now, chain) - mean * mean);
  }
  return { mean, error: Math.sqrt(variance / n) };
}

/** How long runs of frames are that share a fate: the probabilities of 1, 2, ... frames, as many as matter. */
export function runLengths(chain: LossChain, lost: boolean, most = 400): readonly number[] {
  const inside = (at: readonly number[]): number[] =>
    at.map((share, state) => (chain.lost[state] === lost ? share : 0));
  const sum = (at: readonly number[]): number => at.reduce((all, share) => all + share, 0);
  const outside = stationary(chain).map((share, state) => (chain.lost[state] === lost ? 0 : share));
  let at = inside(step(outside, chain));
  const starts = sum(at);
  const lengths: number[] = [];
  for (let k = 0; k < most; k++) {
    const goesOn = inside(step(at, chain));
    lengths.push((sum(at) - sum(goesOn)) / starts);
    at = goesOn;
  }
  return lengths;
}
