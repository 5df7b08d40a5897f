import { z } from 'zod';
import { formatQuantity } from '../scenario/units.ts';
import type { Dimension } from '../scenario/quantity.ts';
import type { Impairment } from '../wire/want.ts';
import type { FaultSpan } from './fault.ts';
import { textOrMap } from './text-or-map.ts';

/** One row of a trace: what a link does from `atNs` (after the trace begins) until the next row. */
export interface TraceRow {
  readonly atNs: number;
  readonly delayNs?: number;
  readonly jitterNs?: number;
  /** 0..1 */
  readonly lossRatio?: number;
  readonly rateBitPerSec?: number;
}

export interface Trace {
  /** as the scenario names it; once the plan has read it, without its folder: a run is the same wherever that is */
  readonly file: string;
  /** what comes after the last row; null: nothing is said, so no fault may last longer */
  readonly atEnd: 'hold' | 'loop' | null;
  /** in order of time, the first at 0, all with the same columns; none before the plan has read the file */
  readonly rows: readonly TraceRow[];
}

export type TraceColumn = Exclude<keyof TraceRow, 'atNs'>;

/** Each row is an edge of its own on every wire: so many of one fault are enough. */
const MOST_EDGES = 20_000;

const file = z.string().min(1);

export const traceSchema: z.ZodType<Trace> = textOrMap(
  file,
  z.strictObject({
    file: file.describe('a CSV file, relative to the scenario'),
    'at-end': z
      .enum(['hold', 'loop'])
      .optional()
      .describe(
        'after the last row: hold it, or begin again; without it a step may not last longer than the trace',
      ),
  }),
).transform((given): Trace => {
  if (typeof given === 'string') return { file: given, atEnd: null, rows: [] };
  return { file: given.file, atEnd: given['at-end'] ?? null, rows: [] };
});

/** The last row lasts as long as the one before it; a single row has no length of its own. */
export function traceLengthNs({ rows }: Trace): number {
  const [last, before] = [rows.at(-1), rows.at(-2)];
  if (last === undefined || before === undefined) return 0;
  return 2 * last.atNs - before.atNs;
}

/** For how long a fault can follow it. */
export function longestTraceNs(trace: Trace): number {
  if (trace.atEnd === 'hold') return Infinity;
  const lengthNs = traceLengthNs(trace);
  return trace.atEnd === null
    ? lengthNs
    : lengthNs * Math.max(1, Math.floor(MOST_EDGES / trace.rows.length));
}

export interface TracePart extends FaultSpan {
  readonly row: TraceRow;
  /** from 1 */
  readonly number: number;
}

/** The rows as they follow each other while a fault is in force: it begins with the first, whenever that is. */
export function traceParts(trace: Trace, { fromNs, toNs }: FaultSpan): readonly TracePart[] {
  const { rows, atEnd } = trace;
  const roundNs = atEnd === 'loop' ? traceLengthNs(trace) : Infinity;
  const parts: TracePart[] = [];
  for (let beginNs = fromNs; beginNs < toNs; beginNs += roundNs) {
    for (const [index, row] of rows.entries()) {
      const next = rows[index + 1]?.atNs ?? roundNs;
      const part = { fromNs: beginNs + row.atNs, toNs: Math.min(toNs, beginNs + next) };
      if (part.fromNs < part.toNs) parts.push({ ...part, row, number: index + 1 });
    }
  }
  return parts;
}

/** Each row counts for as long as it lasts. */
export function meanOver(trace: Trace, value: (row: TraceRow) => number): number {
  const { rows } = trace;
  const lengthNs = traceLengthNs(trace);
  const [first] = rows;
  if (first === undefined) return 0;
  if (lengthNs === 0) return value(first);
  return rows.reduce((sum, row, index) => {
    const untilNs = rows[index + 1]?.atNs ?? lengthNs;
    return sum + (value(row) * (untilNs - row.atNs)) / lengthNs;
  }, 0);
}

/** The columns that it has, in order. */
export function columnsOf({ rows }: Trace): readonly TraceColumn[] {
  return (['delayNs', 'jitterNs', 'lossRatio', 'rateBitPerSec'] as const).filter(
    (column) => rows[0]?.[column] !== undefined,
  );
}

/** What a row asks of a wire. A loss of 0 is asked for too: what passes meanwhile is counted. */
export function impairmentOfRow(row: TraceRow): Impairment {
  const { delayNs = 0, jitterNs = 0, lossRatio, rateBitPerSec } = row;
  return {
    ...(delayNs > 0 && { delayNs }),
    ...(jitterNs > 0 && { jitterNs }),
    ...(lossRatio !== undefined && { lossRatio }),
    ...(rateBitPerSec !== undefined && { rateBitPerSec }),
  };
}

const SHOWN: Readonly<Record<TraceColumn, readonly [name: string, dimension: Dimension]>> = {
  delayNs: ['delay', 'duration'],
  jitterNs: ['jitter', 'duration'],
  lossRatio: ['loss', 'ratio'],
  rateBitPerSec: ['rate', 'bit-rate'],
};

/** 'trace lte-drive.csv (60 rows, 1m, then again from its start): delay 40ms to 100ms' */
export function describeTrace(trace: Trace): string {
  const { file: name, rows, atEnd } = trace;
  if (rows.length === 0) return `trace ${name}`;
  const length = formatQuantity({ dimension: 'duration', value: traceLengthNs(trace) });
  const then = { hold: ', then its last row', loop: ', then again from its start' };
  const end = atEnd === null ? '' : then[atEnd];
  const ranges = columnsOf(trace).map((column) => {
    const [what, dimension] = SHOWN[column];
    const values = rows.map((row) => row[column] ?? 0);
    const [least, most] = [Math.min(...values), Math.max(...values)].map((value) =>
      formatQuantity({ dimension, value }),
    );
    return least === most ? `${what} ${least}` : `${what} ${least} to ${most}`;
  });
  const count = `${String(rows.length)} row${rows.length === 1 ? '' : 's'}`;
  return `trace ${name} (${count}, ${length}${end}): ${ranges.join(', ')}`;
}
