import { ChaosError } from '../../errors.ts';
import type { Dimension } from '../quantity.ts';
import { parseQuantity, quantityPattern } from '../quantity-text.ts';
import { ExpressionError } from './expression-error.ts';

interface Placed {
  readonly offset: number;
  readonly length: number;
}

export type Token = Placed &
  (
    | { readonly type: 'quantity'; readonly dimension: Dimension; readonly value: number }
    | { readonly type: 'string'; readonly value: string }
    /** a name with its dots and instance keys: `users-a.ok`, `bfd.session["spine1","leaf1"].up`, `cut[1].end` */
    | { readonly type: 'name'; readonly value: string }
    | { readonly type: 'param'; readonly value: string }
    | { readonly type: 'symbol'; readonly value: Punctuation }
    | { readonly type: 'end' }
  );

const symbols = [
  '==', '!=', '<=', '>=', '..', '<', '>', '+', '-', '*', '/', '(', ')', '[', ']', ',',
] as const; // prettier-ignore
export type Punctuation = (typeof symbols)[number];

/** Operators of other languages, with ours. */
const foreign: readonly (readonly [string, string])[] = [
  ['&&', "write 'and'"],
  ['||', "write 'or'"],
  ['===', "write '=='"],
  ['<>', "write '!='"],
  ['=', "write '=='"],
  ['!', "write 'not'"],
  ['?', "there is no 'a ? b : c'; use and, or, not"],
  ['|', "write 'or'"],
  ['&', "write 'and'"],
  ['^', 'there are no powers here'],
  ['%', 'a percent sign belongs to a number: 30%'],
];

const space = /\s+/y;
const text = /"([^"]*)"|'([^']*)'/y;
const segment = /[A-Za-z_0-9]+(?:-+[A-Za-z_0-9]+)*/y;
const nameStart = /[A-Za-z_]/;
const indexKey = /\s*(?:"([^"]*)"|'([^']*)'|(\d+))\s*/y;
const param = /\$([A-Za-z_][A-Za-z_0-9]*(?:-[A-Za-z_0-9]+)*)/y;

/** Cut an expression into tokens; the last one is 'end'. A hyphen belongs to a name unless spaces stand around it. */
export function tokenize(source: string): readonly Token[] {
  const tokens: Token[] = [];
  let offset = 0;
  for (;;) {
    offset += matchAt(space, source, offset)?.[0].length ?? 0;
    if (offset >= source.length) break;
    const token = next(source, offset);
    tokens.push(token);
    offset += token.length;
  }
  tokens.push({ type: 'end', offset: source.length, length: 0 });
  return tokens;
}

function next(source: string, offset: number): Token {
  const character = source[offset] ?? '';
  if (/\d/.test(character)) return quantity(source, offset);
  if (nameStart.test(character)) return name(source, offset);
  if (character === '"' || character === "'") {
    const match = matchAt(text, source, offset);
    if (match === null) throw new ExpressionError(offset, 'this text has no closing quote');
    const value = match[1] ?? match[2] ?? '';
    return { type: 'string', value, offset, length: match[0].length };
  }
  if (character === '$') {
    const match = matchAt(param, source, offset);
    if (match?.[1] === undefined)
      throw new ExpressionError(offset, "expected a parameter's name after $");
    return { type: 'param', value: match[1], offset, length: match[0].length };
  }
  const strange = foreign.find(([sign]) => source.startsWith(sign, offset));
  const symbol = symbols.find((sign) => source.startsWith(sign, offset));
  if (strange !== undefined && (symbol === undefined || strange[0].length > symbol.length)) {
    throw new ExpressionError(offset, `'${strange[0]}' is not an operator here`, {
      hint: strange[1],
    });
  }
  if (symbol === undefined) throw new ExpressionError(offset, `unexpected '${character}'`);
  return { type: 'symbol', value: symbol, offset, length: symbol.length };
}

function quantity(source: string, offset: number): Token {
  const match = matchAt(quantityPattern, source, offset);
  const written = match?.[0] ?? source[offset] ?? '';
  try {
    const { dimension, value } = parseQuantity(written);
    return { type: 'quantity', dimension, value, offset, length: written.length };
  } catch (error) {
    if (!(error instanceof ChaosError)) throw error;
    throw new ExpressionError(offset, error.message);
  }
}

function name(source: string, offset: number): Token {
  let end = offset;
  let value = '';
  for (;;) {
    const part = matchAt(segment, source, end)?.[0] ?? '';
    value += part;
    end += part.length;
    while (source[end] === '[') {
      const index = instance(source, end);
      value += index.text;
      end = index.end;
    }
    // `a..b` is a range of two names, `a.` at the end is a mistake that the parser names
    if (source[end] !== '.' || !/[A-Za-z_0-9]/.test(source[end + 1] ?? '')) break;
    value += '.';
    end += 1;
  }
  return { type: 'name', value, offset, length: end - offset };
}

/** `["spine1","leaf1"]` or `[1]`, directly after a name; canonical text without spaces. */
function instance(source: string, open: number): { readonly text: string; readonly end: number } {
  const keys: string[] = [];
  let end = open + 1;
  for (;;) {
    const match = matchAt(indexKey, source, end);
    if (match === null) {
      const hint = 'x["a","b"], or cut[1]; a list after in stands alone: x in [a, b]';
      throw new ExpressionError(end, 'expected a quoted name or a number in the brackets', {
        hint,
      });
    }
    keys.push(match[3] ?? JSON.stringify(match[1] ?? match[2] ?? ''));
    end += match[0].length;
    const sign = source[end];
    end += 1;
    if (sign === ']') return { text: `[${keys.join(',')}]`, end };
    if (sign !== ',') throw new ExpressionError(end - 1, "expected ',' or ']'");
  }
}

function matchAt(pattern: RegExp, source: string, offset: number): RegExpExecArray | null {
  pattern.lastIndex = offset;
  return pattern.exec(source);
}
