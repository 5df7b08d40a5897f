import { z } from 'zod';
import { ChaosError } from '../errors.ts';
import type { Dimension, Quantity } from './quantity.ts';
import { dimensionExamples, formatQuantity, parseQuantity } from './quantity-text.ts';

export { formatQuantity, parseQuantity };

/** Bounds of a quantity, both allowed, in the canonical unit. */
export interface QuantityBounds {
  readonly min?: number;
  readonly max?: number;
}

/** A duration in YAML (`20ms`); yields integer nanoseconds. */
export function duration(bounds: QuantityBounds = {}): z.ZodType<number> {
  return quantity('duration', bounds);
}

/** A percentage in YAML (`30%`); yields 0..1 unless the bounds say otherwise. */
export function ratio(bounds: QuantityBounds = { min: 0, max: 1 }): z.ZodType<number> {
  return quantity('ratio', bounds);
}

/** A bit rate in YAML (`10mbit`); yields bit/s. */
export function bitRate(bounds: QuantityBounds = {}): z.ZodType<number> {
  return quantity('bit-rate', bounds);
}

/** A rate in YAML (`100/s`); yields 1/s. */
export function rate(bounds: QuantityBounds = {}): z.ZodType<number> {
  return quantity('rate', bounds);
}

/** A size in YAML (`1500B`); yields bytes. */
export function size(bounds: QuantityBounds = {}): z.ZodType<number> {
  return quantity('size', bounds);
}

/** A whole number without a unit (`5`). */
export function count(bounds: QuantityBounds = {}): z.ZodType<number> {
  return z
    .unknown()
    .meta({
      type: ['integer', 'string'],
      pattern: '\\$',
      minimum: bounds.min ?? 0,
      ...maximum(bounds),
    })
    .transform((input, context) => {
      const value = resolve(input, 'count', context);
      if (value === undefined) return z.NEVER;
      if (!Number.isInteger(value))
        return refuse(context, `${String(value)} is not a whole number`);
      return within(value, 'count', bounds, context);
    });
}

function quantity(dimension: Dimension, bounds: QuantityBounds): z.ZodType<number> {
  return z
    .unknown()
    .meta({ type: 'string', pattern: patterns[dimension] })
    .transform((input, context) => {
      const value = resolve(input, dimension, context);
      return value === undefined ? z.NEVER : within(value, dimension, bounds, context);
    });
}

/** What an editor can check while one types: the units, or a parameter. */
const patterns: Readonly<Record<Dimension, string>> = {
  duration: '^(\\d+(\\.\\d+)?(ns|us|ms|s|m|h|d))+$|\\$',
  ratio: '^\\d+(\\.\\d+)?%$|\\$',
  'bit-rate': '^\\d+(\\.\\d+)?[kmgt]?bit$|\\$',
  rate: '^\\d+(\\.\\d+)?[kM]?/s$|\\$',
  size: '^\\d+(\\.\\d+)?([kMG]?B|[KMG]iB)$|\\$',
  count: '^\\d+(\\.\\d+)?$|\\$',
};

function resolve(
  input: unknown,
  dimension: Dimension,
  context: z.RefinementCtx,
): number | undefined {
  const expected = `expected ${dimensionExamples[dimension]}`;
  const found = readInput(input, context, expected);
  if (found === undefined) return undefined;
  if (found.dimension === dimension) return found.value;
  const bare = found.dimension === 'count' ? `${found.text} has no unit` : undefined;
  refuse(
    context,
    `${expected}; ${bare ?? `${found.text} is ${dimensionExamples[found.dimension].replace(/ such as .*/, '')}`}`,
  );
  return undefined;
}

/** The YAML string, a bare number, or a quantity that the plan has made of an expression with parameters. */
function readInput(
  input: unknown,
  context: z.RefinementCtx,
  expected: string,
): Quantity | undefined {
  if (typeof input === 'number') return { dimension: 'count', value: input, text: String(input) };
  if (isQuantity(input)) return input;
  if (input === undefined) {
    refuse(context, `missing; ${expected}`);
    return undefined;
  }
  if (typeof input !== 'string') {
    refuse(context, `${expected}, not ${nameOf(input)}`);
    return undefined;
  }
  try {
    return parseQuantity(input);
  } catch (error) {
    if (!(error instanceof ChaosError)) throw error;
    refuse(context, `${expected}; ${error.message}`);
    return undefined;
  }
}

function isQuantity(input: unknown): input is Quantity {
  return typeof input === 'object' && input !== null && 'dimension' in input && 'value' in input;
}

function nameOf(input: unknown): string {
  if (input === null) return 'an empty value';
  if (Array.isArray(input)) return 'a list';
  return typeof input === 'boolean' ? String(input) : 'a map';
}

function within(
  value: number,
  dimension: Dimension,
  bounds: QuantityBounds,
  context: z.RefinementCtx,
): number {
  const { min = 0, max = Infinity } = bounds;
  const show = (n: number): string => formatQuantity({ dimension, value: n });
  if (value < min) return refuse(context, `${show(value)} is too small; at least ${show(min)}`);
  if (value > max) return refuse(context, `${show(value)} is too large; at most ${show(max)}`);
  return value;
}

function maximum(bounds: QuantityBounds): { readonly maximum?: number } {
  return bounds.max === undefined ? {} : { maximum: bounds.max };
}

/** Yields zod's NEVER, typed as the number that the caller would have returned. */
function refuse(context: z.RefinementCtx, message: string): number {
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
}
