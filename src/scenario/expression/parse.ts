import type { BinaryOperator, Expression } from './ast.ts';
import { ExpressionError } from './expression-error.ts';
import { tokenize } from './token.ts';
import type { Punctuation, Token } from './token.ts';

/** A window as written; the names in it are still names. */
export type ParsedWindow =
  | { readonly type: 'each-step'; readonly offset: Expression | null }
  | { readonly type: 'range'; readonly from: Expression; readonly to: Expression }
  | { readonly type: 'single'; readonly of: Expression };

/** Parse `gw.masters <= 1 and not users-a.ok`, `4 * $advert`, `bursts.start + 20s`. @throws ExpressionError */
export function parseExpression(source: string): Expression {
  const parser = new Parser(source);
  const expression = parser.expression();
  parser.end();
  return expression;
}

/** Parse `run`, `bursts + 10s`, `a .. b`, `each step`. @throws ExpressionError */
export function parseWindow(source: string): ParsedWindow {
  const parser = new Parser(source);
  if (parser.takeWord('each')) {
    parser.word('step', "after 'each'");
    const offset = parser.rest();
    parser.end();
    return { type: 'each-step', offset };
  }
  const from = parser.expression();
  if (!parser.takeSymbol('..')) {
    parser.end();
    return { type: 'single', of: from };
  }
  const to = parser.expression();
  parser.end();
  return { type: 'range', from, to };
}

/** Parse `1 .. 20`, with or without spaces. @throws ExpressionError */
export function parseRange(source: string): { readonly from: Expression; readonly to: Expression } {
  const window = parseWindow(source);
  if (window.type !== 'range') throw new ExpressionError(0, 'expected a range such as 1..20');
  return window;
}

const comparisons: readonly BinaryOperator[] = ['==', '!=', '<', '<=', '>', '>='];
const reserved = new Set(['and', 'or', 'not', 'in', 'true', 'false']);
const maxDepth = 100;

class Parser {
  readonly #source: string;
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  constructor(source: string) {
    this.#source = source;
    this.#tokens = tokenize(source);
  }

  get #token(): Token {
    const token = this.#tokens[this.#next] ?? this.#tokens.at(-1);
    if (token === undefined) throw new Error('no tokens, not even the end');
    return token;
  }

  expression(): Expression {
    this.#depth += 1;
    if (this.#depth > maxDepth) throw new ExpressionError(this.#token.offset, 'nested too deeply');
    let left = this.#and();
    while (this.takeWord('or')) left = this.#binary('or', left, this.#and());
    this.#depth -= 1;
    return left;
  }

  end(): void {
    if (this.#token.type === 'end') return;
    throw new ExpressionError(this.#token.offset, `unexpected ${this.#describe(this.#token)}`, {
      expected: 'an operator or the end',
    });
  }

  /** what follows `each step`: `+ 10s` or nothing */
  rest(): Expression | null {
    if (this.#token.type === 'end') return null;
    const sign = this.takeSymbol('+') ? '+' : this.takeSymbol('-') ? '-' : undefined;
    if (sign === undefined) return (this.end(), null);
    const value = this.#product();
    if (sign === '+') return value;
    return { type: 'negative', of: value, offset: value.offset, length: value.length };
  }

  takeWord(word: string): boolean {
    if (this.#token.type !== 'name' || this.#token.value !== word) return false;
    this.#next += 1;
    return true;
  }

  word(word: string, where: string): void {
    if (!this.takeWord(word))
      throw new ExpressionError(this.#token.offset, `expected '${word}' ${where}`);
  }

  takeSymbol(symbol: Punctuation): boolean {
    if (this.#token.type !== 'symbol' || this.#token.value !== symbol) return false;
    this.#next += 1;
    return true;
  }

  #and(): Expression {
    let left = this.#not();
    while (this.takeWord('and')) left = this.#binary('and', left, this.#not());
    return left;
  }

  #not(): Expression {
    const { offset } = this.#token;
    if (!this.takeWord('not')) return this.#comparison();
    this.#depth += 1;
    if (this.#depth > maxDepth) throw new ExpressionError(offset, 'nested too deeply');
    const of = this.#not();
    this.#depth -= 1;
    return { type: 'not', of, offset, length: of.offset + of.length - offset };
  }

  #comparison(): Expression {
    const left = this.#sum();
    const operator = this.#takeOperator(comparisons);
    let result: Expression;
    if (operator !== undefined) result = this.#binary(operator, left, this.#sum());
    else if (this.takeWord('in')) result = this.#binary('in', left, this.#list());
    else if (this.takeWord('not')) {
      this.word('in', "after 'not'");
      const of = this.#binary('in', left, this.#list());
      result = { type: 'not', of, offset: of.offset, length: of.length };
    } else return left;
    const again = this.#token;
    if (again.type === 'symbol' && comparisons.includes(again.value as BinaryOperator)) {
      const hint = "write 'a < b and b < c'";
      throw new ExpressionError(again.offset, 'comparisons do not chain', { hint });
    }
    return result;
  }

  #sum(): Expression {
    let left = this.#product();
    for (;;) {
      const operator = this.#takeOperator(['+', '-']);
      if (operator === undefined) return left;
      left = this.#binary(operator, left, this.#product());
    }
  }

  #product(): Expression {
    let left = this.#unary();
    for (;;) {
      const operator = this.#takeOperator(['*', '/']);
      if (operator === undefined) return left;
      left = this.#binary(operator, left, this.#unary());
    }
  }

  #unary(): Expression {
    const { offset } = this.#token;
    if (!this.takeSymbol('-')) return this.#primary();
    this.#depth += 1;
    if (this.#depth > maxDepth) throw new ExpressionError(offset, 'nested too deeply');
    const of = this.#unary();
    this.#depth -= 1;
    return { type: 'negative', of, offset, length: of.offset + of.length - offset };
  }

  #primary(): Expression {
    const token = this.#token;
    const { offset, length } = token;
    if (token.type === 'symbol' && token.value === '(') return this.#parenthesized(token);
    if (token.type === 'end' || token.type === 'symbol') throw this.#expectedValue(token);
    if (token.type === 'name' && reserved.has(token.value)) {
      if (token.value !== 'true' && token.value !== 'false') throw this.#expectedValue(token);
      this.#next += 1;
      return { type: 'boolean', value: token.value === 'true', offset, length };
    }
    this.#next += 1;
    switch (token.type) {
      case 'quantity':
        return { type: 'quantity', dimension: token.dimension, value: token.value, offset, length };
      case 'string':
        return { type: 'string', value: token.value, offset, length };
      case 'param':
        return { type: 'param', name: token.value, offset, length };
      case 'name':
        if (this.#token.type === 'symbol' && this.#token.value === '(') {
          throw new ExpressionError(offset, `there is no function '${token.value}'`);
        }
        return { type: 'signal', path: token.value, offset, length };
      default:
        return token satisfies never;
    }
  }

  #parenthesized(open: Token): Expression {
    this.#next += 1;
    const inner = this.expression();
    const { offset } = this.#token;
    if (!this.takeSymbol(')')) throw new ExpressionError(offset, "expected ')'", {});
    return { ...inner, offset: open.offset, length: offset + 1 - open.offset };
  }

  #list(): Expression {
    const { offset } = this.#token;
    if (!this.takeSymbol('[')) {
      throw new ExpressionError(offset, "expected a list after 'in'", { expected: '[a, b]' });
    }
    const items: Expression[] = [];
    do items.push(this.#sum());
    while (this.takeSymbol(','));
    const end = this.#token.offset + 1;
    if (!this.takeSymbol(']')) throw new ExpressionError(this.#token.offset, "expected ',' or ']'");
    return { type: 'list', items, offset, length: end - offset };
  }

  #takeOperator(operators: readonly BinaryOperator[]): BinaryOperator | undefined {
    const token = this.#token;
    if (token.type !== 'symbol') return undefined;
    const operator = operators.find((o) => o === token.value);
    if (operator !== undefined) this.#next += 1;
    return operator;
  }

  #binary(operator: BinaryOperator, left: Expression, right: Expression): Expression {
    const length = right.offset + right.length - left.offset;
    return { type: 'binary', operator, left, right, offset: left.offset, length };
  }

  #expectedValue(token: Token): ExpressionError {
    return new ExpressionError(token.offset, `unexpected ${this.#describe(token)}`, {
      expected: 'a signal, a number with its unit, or a parenthesis',
    });
  }

  #describe(token: Token): string {
    if (token.type === 'end') return 'end of the expression';
    return `'${this.#source.slice(token.offset, token.offset + token.length)}'`;
  }
}
