import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';

/** [0, 1), from 32 random bits. */
export function uniformFloat64(generator: RandomGenerator): number {
  return (generator.next() >>> 0) / 0x1_0000_0000;
}
