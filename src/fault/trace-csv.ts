import { ChaosError } from '../errors.ts';
import { nearName } from '../scenario/near-name.ts';
import { formatQuantity, parseQuantity } from '../scenario/units.ts';
import type { Dimension } from '../scenario/quantity.ts';
import type { TraceRow } from './trace.ts';

/** Something is wrong in the file. */
export interface CsvProblem {
  /** both 1-based */
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly expected?: string;
  readonly near?: string | undefined;
  readonly hint?: string;
}

interface Column {
  readonly member: keyof TraceRow;
  readonly dimension: Dimension;
  readonly example: string;
  readonly min: number;
  readonly max: number;
}

/** Bounds as those of the parameters of impair. */
const COLUMNS: Readonly<Record<string, Column>> = {
  time: { member: 'atNs', dimension: 'duration', example: 'time in s', min: 0, max: 86_400e9 },
  delay: { member: 'delayNs', dimension: 'duration', example: 'delay in ms', min: 0, max: 3600e9 },
  jitter: { member: 'jitterNs', dimension: 'duration', example: 'jitter in ms', min: 0, max: 2e9 },
  loss: { member: 'lossRatio', dimension: 'ratio', example: 'loss in %', min: 0, max: 1 },
  rate: { member: 'rateBitPerSec', dimension: 'bit-rate', example: 'rate in mbit', min: 1e3, max: 1e12 },
}; // prettier-ignore

/** More than an hour of a row each second, with room to spare. */
const MOST_ROWS = 10_000;
const MOST_CHARACTERS = 1_000_000;
/** an edge costs a tenth of this */
const SHORTEST_ROW_NS = 1e6;
/** after so many it is not the file that was meant */
const MOST_PROBLEMS = 10;

const HEADER_HINT = 'a header such as: time in s,delay in ms,jitter in ms,loss in %,rate in mbit';

interface Cell {
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

interface HeaderColumn extends Column {
  readonly name: string;
  readonly unit: string;
}

/**
 * A trace as CSV: a header of names with their units, then a row of plain decimal numbers for each change. Lines that
 * begin with # are comments. Strict: what is not understood is a problem at its place, and nothing is guessed.
 */
export function readTraceCsv(text: string): {
  readonly rows: readonly TraceRow[];
  readonly problems: readonly CsvProblem[];
} {
  if (text.length > MOST_CHARACTERS) {
    const message = `the trace has ${String(text.length)} characters`;
    const expected = `at most ${String(MOST_CHARACTERS)}`;
    return { rows: [], problems: [{ line: 1, column: 1, message, expected }] };
  }
  const reader = new TraceReader(text);
  reader.read();
  return { rows: reader.rows, problems: reader.problems.slice(0, MOST_PROBLEMS) };
}

class TraceReader {
  readonly rows: TraceRow[] = [];
  readonly problems: CsvProblem[] = [];
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  read(): void {
    const lines = linesOf(this.#text);
    const [header, ...rest] = lines;
    if (header === undefined) {
      this.#say({ text: '', line: 1, column: 1 }, 'the trace is empty', { expected: HEADER_HINT });
      return;
    }
    const columns = this.#header(header);
    if (columns === undefined) return;
    if (rest.length === 0) {
      const message = 'the trace has no row';
      this.#say(header[0] ?? { text: '', line: 1, column: 1 }, message);
    }
    for (const [index, line] of rest.entries()) {
      if (this.problems.length >= MOST_PROBLEMS) return;
      const [first] = line;
      if (index === MOST_ROWS && first !== undefined) {
        const expected = `at most ${String(MOST_ROWS)}`;
        this.#say(first, `the trace has ${String(rest.length)} rows`, { expected });
        return;
      }
      this.#row(columns, line);
    }
  }

  #say(at: Cell, message: string, extra: Partial<CsvProblem> = {}): void {
    this.problems.push({ ...extra, line: at.line, column: at.column, message });
  }

  #header(cells: readonly Cell[]): readonly HeaderColumn[] | undefined {
    const columns: HeaderColumn[] = [];
    for (const cell of cells) {
      const column = this.#headerCell(cell);
      if (column === undefined) return undefined;
      if (columns.some(({ name }) => name === column.name)) {
        this.#say(cell, `'${column.name}' is there twice`);
        return undefined;
      }
      columns.push(column);
    }
    const [first] = cells;
    if (first === undefined) return undefined;
    if (!columns.some(({ name }) => name === 'time')) {
      this.#say(first, "there is no column 'time'", { expected: HEADER_HINT });
      return undefined;
    }
    if (columns.length === 1) {
      this.#say(first, 'the trace says nothing but the time', { expected: HEADER_HINT });
      return undefined;
    }
    return columns;
  }

  #headerCell(cell: Cell): HeaderColumn | undefined {
    const [, name = '', unit] = /^(.*?)(?: in (\S+))?$/su.exec(cell.text) ?? [];
    const column = Object.hasOwn(COLUMNS, name) ? COLUMNS[name] : undefined;
    if (column === undefined) {
      const near = nearName(name, Object.keys(COLUMNS));
      this.#say(cell, `there is no column '${cell.text}' in a trace`, {
        near,
        expected: HEADER_HINT,
      });
      return undefined;
    }
    const say = (message: string): undefined => {
      this.#say(cell, message, { expected: column.example });
    };
    if (unit === undefined) return say(`'${name}' has no unit`);
    try {
      if (parseQuantity(`1${unit}`).dimension !== column.dimension)
        return say(`'${unit}' is no unit of '${name}'`);
    } catch (error) {
      if (!(error instanceof ChaosError)) throw error;
      return say(error.message.replace(/^'[^']*': /u, '').replace('write 1', 'write '));
    }
    return { ...column, name, unit };
  }

  #row(columns: readonly HeaderColumn[], cells: readonly Cell[]): void {
    const [first] = cells;
    if (first === undefined) return;
    if (cells.length !== columns.length) {
      const expected = columns.map(({ name }) => name).join(', ');
      const at = cells[columns.length] ?? first;
      this.#say(at, `the row has ${String(cells.length)} cells`, { expected });
      return;
    }
    const before = this.problems.length;
    const row: Partial<Record<keyof TraceRow, number>> = {};
    for (const [index, column] of columns.entries()) {
      const cell = cells[index] ?? first;
      const value = this.#value(column, cell);
      if (value !== undefined) row[column.member] = value;
    }
    if (this.problems.length > before) return;
    const cellOf = (name: string): Cell =>
      cells[columns.findIndex((column) => column.name === name)] ?? first;
    this.#checkTime(row.atNs ?? 0, cellOf('time'));
    if ((row.jitterNs ?? 0) > (row.delayNs ?? 0)) {
      const message = 'jitter is larger than the delay: no frame can arrive before it was sent';
      this.#say(cellOf('jitter'), message);
    }
    this.rows.push({ ...row, atNs: row.atNs ?? 0 });
  }

  #checkTime(atNs: number, cell: Cell): void {
    const last = this.rows.at(-1);
    const show = (value: number): string => formatQuantity({ dimension: 'duration', value });
    if (last === undefined && atNs !== 0) {
      this.#say(cell, `the first row is at ${show(atNs)}`, { expected: 'a trace begins at 0' });
    } else if (last !== undefined && atNs < last.atNs + SHORTEST_ROW_NS) {
      const expected = `${show(last.atNs + SHORTEST_ROW_NS)} or later: a row lasts ${show(SHORTEST_ROW_NS)} at least`;
      this.#say(cell, `${show(atNs)} comes after ${show(last.atNs)}`, { expected });
    }
  }

  #value({ name, unit, dimension, min, max }: HeaderColumn, cell: Cell): number | undefined {
    if (!/^\d+(?:\.\d+)?$/u.test(cell.text)) {
      const message = cell.text === '' ? `'${name}' is empty` : `'${cell.text}' is no plain number`;
      this.#say(cell, message, { expected: `a number of ${unit}, such as 20 or 0.5` });
      return undefined;
    }
    try {
      const { value } = parseQuantity(cell.text + unit);
      if (value >= min && value <= max) return value;
      const show = (bound: number): string => formatQuantity({ dimension, value: bound });
      const expected = value < min ? `at least ${show(min)}` : `at most ${show(max)}`;
      this.#say(cell, `${cell.text + unit} is too ${value < min ? 'small' : 'large'}`, {
        expected,
        ...(name === 'rate' &&
          value < min && { hint: 'a link on which nothing passes has loss 100' }),
      });
    } catch (error) {
      if (!(error instanceof ChaosError)) throw error;
      this.#say(cell, error.message);
    }
    return undefined;
  }
}

/** Lines that say something, as their cells; blanks around a cell belong to nobody. */
function linesOf(text: string): readonly (readonly Cell[])[] {
  const lines: Cell[][] = [];
  for (const [index, line] of text
    .replace(/^\uFEFF/u, '')
    .split(/\r?\n/u)
    .entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    let column = 1;
    const cells: Cell[] = [];
    for (const part of line.split(',')) {
      const blanks = part.length - part.trimStart().length;
      cells.push({ text: part.trim(), line: index + 1, column: column + blanks });
      column += part.length + 1;
    }
    lines.push(cells);
  }
  return lines;
}
