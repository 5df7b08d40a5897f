import type { DelayDistribution } from './want.ts';

/**
 * Delay distributions as netem has them: a table of 16-bit values t; a frame's delay is
 * mean + jitter * t / 8192 with t drawn from the table (sch_netem.c `tabledist`). Ours are made here, in order of
 * size (quantiles), and are loaded with every change: netem keeps an older table otherwise and can't be told to
 * forget it.
 */

/** NETEM_DIST_SCALE: the t of one jitter */
export const TABLE_SCALE = 8192;
const T_MAX = 32767;
const T_MIN = -32768;
/** as many as iproute2's tables have; NETEM_DIST_MAX is 16384 */
export const TABLE_LENGTH = 4096;

/** One source of jitter: what it spreads by, and how. */
export interface JitterPart {
  readonly jitterNs: number;
  readonly distribution: DelayDistribution;
}

export interface DelayTable {
  /** what goes into netem's jitter */
  readonly jitterNs: number;
  readonly table: Int16Array;
}

/**
 * The quantile function of a distribution with jitter 1, at (k + 0.5) / TABLE_LENGTH or where iproute2 takes it.
 * uniform: ±1. normal, pareto, paretonormal: as iproute2's normal.c, pareto.c (shape 3, centred, times 4/3) and
 * paretonormal.c (a quarter normal, three quarters pareto) make them, so that results compare with tc's.
 */
function quantile(distribution: DelayDistribution, k: number): number {
  switch (distribution) {
    case 'uniform':
      return (2 * (k + 0.5)) / TABLE_LENGTH - 1;
    case 'normal':
      return inverseNormal((4 * k + 0.5) / (4 * TABLE_LENGTH));
    case 'pareto':
      return (((TABLE_LENGTH - k) / TABLE_LENGTH) ** (-1 / 3) - 1.5) * (4 / 3);
    case 'paretonormal':
      return (quantile('normal', k) + 3 * Math.min(quantile('pareto', k), T_MAX / TABLE_SCALE)) / 4;
    default:
      return distribution satisfies never;
  }
}

/** What netem can hold: ±4 jitters. iproute2's own tables are cut there as well. */
function clamped(t: number): number {
  return Math.max(T_MIN, Math.min(T_MAX, Math.round(t)));
}

const unitTables = new Map<DelayDistribution, Float64Array>();

/** The distribution with jitter 1, in ascending order. */
function unitTable(distribution: DelayDistribution): Float64Array {
  let table = unitTables.get(distribution);
  if (table === undefined) {
    table = Float64Array.from(
      { length: TABLE_LENGTH },
      (_, k) => clamped(quantile(distribution, k) * TABLE_SCALE) / TABLE_SCALE,
    );
    unitTables.set(distribution, table);
  }
  return table;
}

/**
 * The sum of independent jitters (a convolution), as one table. Correlation is not offered: netem takes the *low* bits
 * of its correlated number (`rnd % size`), which are as good as independent.
 */
export function delayTable(parts: readonly JitterPart[]): DelayTable {
  const effective = parts.filter((part) => part.jitterNs > 0);
  const [only] = effective;
  if (only === undefined) return { jitterNs: 0, table: new Int16Array(0) };
  const deviations = effective.length === 1 ? scaled(only) : convolved(effective);
  // a table reaches 4 jitters; the sum of two cut tails reaches further than 4 of its own
  const widest = Math.max(-(deviations[0] ?? 0) / -T_MIN, (deviations.at(-1) ?? 0) / T_MAX);
  const rootSquare = Math.sqrt(effective.reduce((sum, part) => sum + part.jitterNs ** 2, 0));
  const jitterNs = Math.ceil(Math.max(rootSquare, widest * TABLE_SCALE));
  return {
    jitterNs,
    table: Int16Array.from(deviations, (ns) => clamped((ns / jitterNs) * TABLE_SCALE)),
  };
}

function scaled(part: JitterPart): Float64Array {
  return unitTable(part.distribution).map((t) => t * part.jitterNs);
}

/** How many cells the grid of a convolution has, over its whole range. */
const CELLS = 16384;
/** How many quantiles of the second distribution are added to each cell of the first. */
const STEPS = 1024;

/** Quantiles of the sum, ns. Each part after the first is spread over a grid of 1/16384 of the whole range. */
function convolved(parts: readonly JitterPart[]): Float64Array {
  const tables = parts.map(scaled);
  const low = tables.reduce((sum, table) => sum + (table[0] ?? 0), 0);
  const high = tables.reduce((sum, table) => sum + (table.at(-1) ?? 0), 0);
  const cell = (high - low) / (CELLS - 1);
  let density: Float64Array = Float64Array.of(1);
  for (const table of tables) {
    const next = new Float64Array(CELLS);
    for (let s = 0; s < STEPS; s++) {
      const offset = (at(table, ((s + 0.5) * TABLE_LENGTH) / STEPS - 0.5) - (table[0] ?? 0)) / cell;
      const whole = Math.floor(offset);
      const part = offset - whole;
      for (let i = 0; i < density.length; i++) {
        const weight = density[i]! / STEPS;
        if (weight === 0) continue;
        next[Math.min(CELLS - 1, i + whole)]! += weight * (1 - part);
        next[Math.min(CELLS - 1, i + whole + 1)]! += weight * part;
      }
    }
    density = next;
  }
  return quantilesOf(density, low, cell);
}

function quantilesOf(density: Float64Array, low: number, cell: number): Float64Array {
  const table = new Float64Array(TABLE_LENGTH);
  let below = 0;
  let i = 0;
  for (let k = 0; k < TABLE_LENGTH; k++) {
    const wanted = (k + 0.5) / TABLE_LENGTH;
    while (i < density.length - 1 && below + density[i]! < wanted) below += density[i++]!;
    const share = density[i]! > 0 ? (wanted - below) / density[i]! : 0.5;
    // a cell's weight lies around its point
    table[k] = low + (i + Math.min(1, share) - 0.5) * cell;
  }
  return table;
}

/** The value at a fractional rank. */
function at(table: Float64Array, rank: number): number {
  const low = Math.max(0, Math.min(table.length - 1, Math.floor(rank)));
  const high = Math.min(table.length - 1, low + 1);
  const share = Math.max(0, Math.min(1, rank - low));
  return table[low]! * (1 - share) + table[high]! * share;
}

/** Quantile of the standard normal distribution; Wichura 1988, algorithm AS 241 (PPND7: seven digits, 16 bits need five). */
function inverseNormal(p: number): number {
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (
      (q * (((59.10937472 * r + 159.29113202) * r + 50.434271938) * r + 3.3871327179)) /
      (((67.1875636 * r + 78.757757664) * r + 17.895169469) * r + 1)
    );
  }
  const r = Math.sqrt(-Math.log(Math.min(p, 1 - p)));
  const tail =
    r <= 5
      ? ratioOf(r - 1.6, [1.4234372777, 2.75681539, 1.3067284816, 0.17023821103], [1, 0.7370016425, 0.12021132975]) // prettier-ignore
      : ratioOf(r - 5, [6.657905115, 3.081226386, 0.42868294337, 0.017337203997], [1, 0.24197894225, 0.012258202635]); // prettier-ignore
  return q < 0 ? -tail : tail;
}

function ratioOf(x: number, above: readonly number[], below: readonly number[]): number {
  const value = (factors: readonly number[]): number =>
    factors.reduceRight((sum, factor) => sum * x + factor, 0);
  return value(above) / value(below);
}
