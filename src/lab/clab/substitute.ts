import { ChaosError } from '../../errors.ts';
import type { SourcePosition } from '../../errors.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** A text whose `$VARIABLES` have been replaced, and where each of its characters came from. */
export interface Substituted {
  readonly text: string;
  /** a position in `text` as the position in the file that the user wrote */
  readonly original: (position: SourcePosition) => SourcePosition;
}

/**
 * containerlab's own substitution (github.com/hellt/envsubst, "no replace, no digit"): `$v ${v} ${v-d} ${v:-d} ${v=d}
 * ${v:=d} ${v+o} ${v:+o}`, defaults may hold variables, `$$` is a dollar sign; a variable that is unset or empty and has
 * no default stays as it is written, and so does what begins with a digit.
 * @throws ChaosError 'invalid' where a closing brace is missing or an operator is none
 */
export function substitute(source: string, environment: Environment, file: string): Substituted {
  const scanner = new Scanner(source, environment, file);
  scanner.run();
  const { text, pieces } = scanner;
  const from = lineStarts(text);
  const to = lineStarts(source);
  return {
    text,
    original: ({ line, column }) =>
      positionAt(to, originalOffset(pieces, (from[line - 1] ?? 0) + column - 1), file),
  };
}

/** A run of the new text: copied as it was, or put in the place of a variable. */
interface Piece {
  readonly start: number;
  readonly length: number;
  readonly sourceStart: number;
  readonly copied: boolean;
}

const NAME = /[\p{L}\p{Nd}_]+/uy;
const OPERATOR = /:[-=+]|[-=+]/y;

class Scanner {
  text = '';
  readonly pieces: Piece[] = [];
  readonly #source: string;
  readonly #environment: Environment;
  readonly #file: string;

  constructor(source: string, environment: Environment, file: string) {
    this.#source = source;
    this.#environment = environment;
    this.#file = file;
  }

  run(): void {
    let at = 0;
    while (at < this.#source.length) {
      const dollar = this.#source.indexOf('$', at);
      const end = dollar < 0 ? this.#source.length : dollar;
      this.#emit(this.#source.slice(at, end), at, true);
      if (dollar < 0) return;
      const replaced = this.#variable(dollar);
      this.#emit(replaced.text, dollar, replaced.copied);
      at = replaced.end;
    }
  }

  #emit(text: string, sourceStart: number, copied: boolean): void {
    if (text === '') return;
    this.pieces.push({ start: this.text.length, length: text.length, sourceStart, copied });
    this.text += text;
  }

  /** What stands at a dollar sign, and where it ends. */
  #variable(dollar: number): { text: string; end: number; copied: boolean } {
    const next = this.#source[dollar + 1] ?? '';
    if (next === '$') return { text: '$', end: dollar + 2, copied: false };
    const braced = next === '{';
    const nameStart = dollar + (braced ? 2 : 1);
    const name = this.#match(NAME, nameStart);
    if (name === '' || /^\p{Nd}/u.test(name)) {
      if (braced && nameStart >= this.#source.length) throw this.#unclosed(dollar);
      return { text: this.#source.slice(dollar, nameStart), end: nameStart, copied: true };
    }
    const nameEnd = nameStart + name.length;
    if (!braced) return this.#plain(name, dollar, nameEnd);
    if (this.#source[nameEnd] === '}') return this.#plain(name, dollar, nameEnd + 1);
    return this.#withOperator(name, dollar, nameEnd);
  }

  #plain(name: string, start: number, end: number): { text: string; end: number; copied: boolean } {
    const value = this.#valueOf(name) ?? '';
    if (value === '') return { text: this.#source.slice(start, end), end, copied: true };
    return { text: value, end, copied: false };
  }

  #withOperator(
    name: string,
    dollar: number,
    operatorStart: number,
  ): { text: string; end: number; copied: boolean } {
    const operator = this.#match(OPERATOR, operatorStart);
    if (operator === '') {
      if (/^[\r\n]?$/.test(this.#source[operatorStart] ?? '')) throw this.#unclosed(dollar);
      throw this.#refusal(
        operatorStart,
        `'\${${name}' can't go on with '${this.#source[operatorStart] ?? ''}'`,
      );
    }
    const { text: other, end } = this.#operand(dollar, operatorStart + operator.length);
    const value = this.#valueOf(name);
    return { text: choose(operator, value, other), end, copied: false };
  }

  /** The text after an operator, up to its closing brace, with its own variables replaced. */
  #operand(dollar: number, start: number): { text: string; end: number } {
    let text = '';
    for (let at = start; ;) {
      const character = this.#source[at];
      if (character === undefined || character === '\n') throw this.#unclosed(dollar);
      if (character === '}') return { text, end: at + 1 };
      if (character === '$') {
        const inner = this.#variable(at);
        text += inner.text;
        at = inner.end;
      } else {
        text += character;
        at += 1;
      }
    }
  }

  #valueOf(name: string): string | undefined {
    return name !== '_' && Object.hasOwn(this.#environment, name)
      ? this.#environment[name]
      : undefined;
  }

  #match(pattern: RegExp, at: number): string {
    pattern.lastIndex = at;
    return pattern.exec(this.#source)?.[0] ?? '';
  }

  #unclosed(dollar: number): ChaosError {
    return this.#refusal(dollar, "'${' is never closed", 'write $$ for a dollar sign');
  }

  #refusal(offset: number, message: string, hint?: string): ChaosError {
    const position = positionAt(lineStarts(this.#source), offset, this.#file);
    const problem = {
      position,
      message,
      expected: '${NAME}, ${NAME:-default}, ${NAME:=default} or ${NAME:+other}',
      ...(hint === undefined ? {} : { hint }),
    };
    return new ChaosError('invalid', `${this.#file} can't be read`, { problems: [problem] });
  }
}

function choose(operator: string, value: string | undefined, other: string): string {
  if (operator.endsWith('+')) return value === undefined ? '' : other;
  const isMissing = operator.startsWith(':') ? (value ?? '') === '' : value === undefined;
  return isMissing ? other : (value ?? '');
}

function originalOffset(pieces: readonly Piece[], offset: number): number {
  let low = 0;
  let high = pieces.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((pieces[middle]?.start ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  const piece = pieces[low];
  if (piece === undefined) return 0;
  return piece.copied ? piece.sourceStart + offset - piece.start : piece.sourceStart;
}

function lineStarts(text: string): readonly number[] {
  return [0, ...Array.from(text.matchAll(/\r\n|\n|\r/g), (m) => m.index + m[0].length)];
}

function positionAt(starts: readonly number[], offset: number, file: string): SourcePosition {
  let line = starts.findLastIndex((start) => start <= offset);
  if (line < 0) line = 0;
  return { file, line: line + 1, column: offset - (starts[line] ?? 0) + 1 };
}
