/**
 * The dimensions that a value of the language can have, with the canonical unit in which every value is kept:
 * duration ns, ratio 1 (30% is 0.3), bit-rate bit/s, rate 1/s, size B, count 1.
 */
export type Dimension = 'duration' | 'ratio' | 'bit-rate' | 'rate' | 'size' | 'count';

/** A number with its dimension, in the canonical unit; `text` is what the user wrote (for messages and reports). */
export interface Quantity {
  readonly dimension: Dimension;
  readonly value: number;
  readonly text: string;
}
