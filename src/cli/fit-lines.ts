import { stripVTControlCharacters } from 'node:util';

/** What columns of text are set apart by, and an indent at the beginning. */
const GAP = /^ +| {2,}/gu;

/** Lines that are too long for a terminal of this width go on below the text they belong to, words kept whole. */
export function fitLines(text: string, columns: number): string {
  return text
    .split('\n')
    .map((line) => fitLine(line, columns))
    .join('\n');
}

function fitLine(line: string, columns: number): string {
  if (width(line) <= columns) return line;
  // a last column that begins in the right half has too little room for words
  const columnsBegin = [...line.matchAll(GAP)].map(({ index, 0: gap }) => index + gap.length);
  const margin = line.slice(0, columnsBegin.filter((at) => at * 2 <= columns).at(-1) ?? 0);
  const indent = ' '.repeat(width(margin));
  const lines: string[] = [];
  let current = margin;
  let isEmpty = true;
  for (const word of line.slice(margin.length).split(/(?<=\S)(?= )/u)) {
    if (!isEmpty && width(current) + width(word.trimEnd()) > columns) {
      lines.push(current.trimEnd());
      current = `${indent}${word.trimStart()}`;
    } else current += word;
    isEmpty = false;
  }
  return [...lines, current].join('\n');
}

/** Colours take no room. */
function width(text: string): number {
  return stripVTControlCharacters(text).length;
}
