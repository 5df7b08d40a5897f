import type { SourcePosition } from '../../errors.ts';

/** A text that was made from another one, and where each of its characters came from. */
export interface MappedText {
  readonly text: string;
  /** the offset in the text that it was made from */
  readonly originalOffset: (offset: number) => number;
}

/** A run of the new text: copied as it was, or put in the place of something. */
interface Piece {
  readonly start: number;
  readonly sourceStart: number;
  readonly copied: boolean;
}

/** Puts a mapped text together, from left to right. */
export class TextMaker {
  readonly #parts: string[] = [];
  #length = 0;
  readonly #pieces: Piece[] = [];

  /** `copied`: the text stands in the source as it is, from `sourceStart` on */
  add(text: string, sourceStart: number, copied: boolean): void {
    if (text === '') return;
    this.#pieces.push({ start: this.#length, sourceStart, copied });
    this.#parts.push(text);
    this.#length += text.length;
  }

  made(): MappedText {
    return {
      text: this.#parts.join(''),
      originalOffset: (offset) => originalOffset(this.#pieces, offset),
    };
  }
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

/** Offsets and positions of one text; lines end as YAML's do. */
export class TextLines {
  readonly #starts: readonly number[];
  readonly #file: string;

  constructor(text: string, file: string) {
    this.#starts = [0, ...Array.from(text.matchAll(/\r\n|\n|\r/g), (m) => m.index + m[0].length)];
    this.#file = file;
  }

  offsetOf({ line, column }: SourcePosition): number {
    return (this.#starts[line - 1] ?? 0) + column - 1;
  }

  positionAt(offset: number): SourcePosition {
    const line = Math.max(
      0,
      this.#starts.findLastIndex((start) => start <= offset),
    );
    return { file: this.#file, line: line + 1, column: offset - (this.#starts[line] ?? 0) + 1 };
  }
}
