import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import type { FaultSpan } from './fault.ts';
import { exponential, uniform } from './random.ts';

/** Shorter gaps and bursts than this are not worth two edges. */
const SHORTEST_NS = 1000;

/**
 * The bursts of a continuous-time Gilbert model within a span: lengths exponential with mean `lengthNs`, gaps
 * exponential with mean lengthNs * (1 - mean) / mean. The span begins within a burst with probability `mean`, so the
 * expected share of time is `mean` however short it is. (The exponential distribution has no memory: what is left of
 * a burst that has begun earlier is as long as a new one.)
 */
export function burstPhases(
  model: { readonly mean: number; readonly lengthNs: number },
  { fromNs, toNs }: FaultSpan,
  random: RandomGenerator,
): readonly FaultSpan[] {
  const { mean, lengthNs } = model;
  if (mean <= 0) return [];
  if (mean >= 1) return [{ fromNs, toNs }];
  const gapNs = (lengthNs * (1 - mean)) / mean;
  const bursts: FaultSpan[] = [];
  let at = fromNs;
  let lost = uniform(random) < mean;
  while (at < toNs) {
    const length = Math.max(SHORTEST_NS, Math.round(exponential(random, lost ? lengthNs : gapNs)));
    const end = Math.min(toNs, at + length);
    if (lost) bursts.push({ fromNs: at, toNs: end });
    at = end;
    lost = !lost;
  }
  return bursts;
}
