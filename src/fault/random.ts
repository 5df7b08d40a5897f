import { createHash } from 'node:crypto';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';

/**
 * A stream of random numbers of its own for each name: a fault more or less in the scenario leaves all the others as
 * they were. Same seed and name, same stream, on every machine.
 */
export function randomStream(seed: number, ...name: readonly string[]): RandomGenerator {
  const digest = createHash('sha256')
    .update(JSON.stringify([seed, ...name]))
    .digest();
  return xoroshiro128plusFromState([0, 4, 8, 12].map((offset) => digest.readInt32LE(offset)));
}

/** Uniform in [0, 1), 53 bits. */
export function uniform(random: RandomGenerator): number {
  const high = random.next() >>> 5;
  const low = random.next() >>> 6;
  return (high * 2 ** 26 + low) / 2 ** 53;
}

/** Exponential with this mean. */
export function exponential(random: RandomGenerator, mean: number): number {
  return -Math.log(1 - uniform(random)) * mean;
}
