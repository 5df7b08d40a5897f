import assert from 'node:assert/strict';
import { meanAndError, runLengths, type LossChain } from './markov.ts';

/** two-sided, 99.9 % */
const Z = 3.29;
/** of each bin of a chi-square test: the usual rule */
const FEWEST_EXPECTED = 5;

/** 'x' is a frame that was lost, '.' one that was not: as the chain says, its mean and the lengths of all runs. */
export function assertLosses(fates: string, chain: LossChain): void {
  const { mean, error } = meanAndError(chain, fates.length);
  const share = fates.replaceAll('.', '').length / fates.length;
  const text = `${share} lost, expected ${mean.toFixed(4)} ± ${(Z * error).toFixed(4)}`;
  assert.ok(Math.abs(share - mean) < Z * error, text);
  // the first run and the last are cut
  const runs = (fates.match(/x+|\.+/g) ?? []).slice(1, -1);
  for (const fate of ['x', '.']) {
    const lengths = runs.filter((run) => run.startsWith(fate)).map((run) => run.length);
    assertDistribution(lengths, runLengths(chain, fate === 'x'), `runs of ${fate}`);
  }
}

/** Chi-square of how often 1, 2, ... were seen against their probabilities; rare ones in one bin. */
function assertDistribution(
  seen: readonly number[],
  probabilities: readonly number[],
  what: string,
): void {
  const bins: { from: number; to: number; expected: number }[] = [];
  let bin = { from: 1, to: 1, expected: 0 };
  let left = seen.length;
  for (const [index, probability] of probabilities.entries()) {
    bin = { ...bin, to: index + 1, expected: bin.expected + probability * seen.length };
    if (bin.expected < FEWEST_EXPECTED) continue;
    bins.push(bin);
    left -= bin.expected;
    bin = { from: index + 2, to: index + 2, expected: 0 };
    if (left < 2 * FEWEST_EXPECTED) break;
  }
  bins.push({ from: bin.from, to: Infinity, expected: left });
  assert.ok(bins.length > 2 && left > 0, `${what}: ${seen.length} of them are too few`);
  const chiSquare = bins.reduce((sum, { from, to, expected }) => {
    const count = seen.filter((value) => value >= from && value <= to).length;
    return sum + (count - expected) ** 2 / expected;
  }, 0);
  const most = chiSquareAt(bins.length - 1);
  assert.ok(
    chiSquare < most,
    `${what}: chi-square ${chiSquare} of ${bins.length} bins, at most ${most}`,
  );
}

/** The 99.95 % quantile of the chi-square distribution (Wilson and Hilferty 1931). */
function chiSquareAt(freedom: number): number {
  const h = 2 / (9 * freedom);
  return freedom * (1 - h + Z * Math.sqrt(h)) ** 3;
}

/** The most that a measured distribution may be off, of the theoretical mean or quantile. */
const OFF = 0.01;

/** Delays as theory has them: mean, and quantiles of 5 to 95 %, within 1 %; Kolmogorov and Smirnov agree. */
export function assertDelays(delays: readonly number[], quantile: (share: number) => number): void {
  const sorted = delays.toSorted((a, b) => a - b);
  const n = sorted.length;
  const theory = Array.from(sorted, (_, k) => quantile((k + 0.5) / n));
  const mean = (of: readonly number[]): number => of.reduce((a, b) => a + b, 0) / n;
  const near = (is: number, expected: number, what: string): void => {
    assert.ok(Math.abs(is / expected - 1) < OFF, `${what}: ${is}, expected ${expected}`);
  };
  near(mean(sorted), mean(theory), 'mean');
  for (let percent = 5; percent <= 95; percent += 5) {
    const k = Math.floor((percent / 100) * n);
    near(sorted[k] ?? NaN, theory[k] ?? NaN, `${percent} %`);
  }
  // the largest distance of the two distribution functions, both steps of 1 / n
  let below = 0;
  let distance = 0;
  for (const [k, delay] of sorted.entries()) {
    while (below < n && (theory[below] ?? Infinity) <= delay) below++;
    distance = Math.max(distance, Math.abs(below - k) / n);
  }
  // 99.9 % (Kolmogorov); a step of ours beside it
  assert.ok(distance < 1.95 / Math.sqrt(n) + 1 / n, `distance ${distance} of ${n}`);
}

/** netem holds four jitters at most (its table has 16 bits, 8192 are one). */
const cut = (x: number): number => Math.max(-4, Math.min(32767 / 8192, x));

/** Quantiles with a jitter of 1, as tc-netem(8) means them. */
export const JITTERS = {
  uniform: (u: number): number => 2 * u - 1,
  normal: (u: number): number => cut(normalQuantile(u)),
  // iproute2's pareto.c: shape 3, its mean taken off, times 4/3
  pareto: (u: number): number => cut((4 / 3) * ((1 - u) ** (-1 / 3) - 1.5)),
  // paretonormal.c: a quarter of one, three quarters of the other
  paretonormal: (u: number): number => JITTERS.normal(u) / 4 + (3 / 4) * JITTERS.pareto(u),
  /** the sum of two uniform ones */
  triangular: (u: number): number =>
    u < 0.5 ? 2 * Math.sqrt(2 * u) - 2 : 2 - 2 * Math.sqrt(2 - 2 * u),
} as const;

/** By bisection of the distribution function: slow, plain, and not the one that makes the tables. */
function normalQuantile(u: number): number {
  let [low, high] = [-8, 8];
  for (let k = 0; k < 60; k++) {
    const middle = (low + high) / 2;
    if (normalBelow(middle) < u) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Marsaglia 2004: a Taylor series about 0. */
function normalBelow(x: number): number {
  let term = x;
  let sum = x;
  for (let k = 3; Math.abs(term) > 1e-17; k += 2) {
    term *= (x * x) / k;
    sum += term;
  }
  return 0.5 + (sum * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI);
}
