import { ChaosError } from '../../errors.ts';
import type { SourcePosition } from '../../errors.ts';
import { TextLines, TextMaker } from './mapped-text.ts';
import type { MappedText } from './mapped-text.ts';
import { lexVariables } from './substitute-lexer.ts';
import type { Item, Operator } from './substitute-lexer.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Substituted extends MappedText {
  /** what containerlab drops without a word: `%.*` of `${x%.*}`, a shell's operator that it does not know */
  readonly dropped: readonly { readonly offset: number; readonly text: string }[];
}

/**
 * containerlab's own substitution (github.com/hellt/envsubst 0.2, "no digit, no replace"): `$v ${v} ${v-d} ${v:-d} ${v=d}
 * ${v:=d} ${v+o} ${v:+o}`, where d is a text or one variable; `$$` is a dollar sign. A variable that is unset or empty
 * and has no default stays as `$v` (braces are lost), and what begins with a digit stays as it is written.
 * @throws ChaosError 'invalid' where a closing brace is missing
 */
export function substitute(source: string, environment: Environment, file: string): Substituted {
  const lines = new TextLines(source, file);
  return new Parser(lexVariables(source), environment, (offset) => lines.positionAt(offset)).run();
}

class Parser {
  readonly #items: readonly Item[];
  readonly #environment: Environment;
  readonly #positionAt: (offset: number) => SourcePosition;
  readonly #maker = new TextMaker();
  readonly #dropped: { offset: number; text: string }[] = [];
  #next = 0;

  constructor(
    items: readonly Item[],
    environment: Environment,
    positionAt: (offset: number) => SourcePosition,
  ) {
    this.#items = items;
    this.#environment = environment;
    this.#positionAt = positionAt;
  }

  run(): Substituted {
    for (;;) {
      const item = this.#take();
      if (item === undefined || item.type === 'end') break;
      if (item.type === 'unclosed') throw this.#unclosed(item);
      if (item.type === 'variable') {
        const name = item.text.replace(/^\$/, '');
        const value = this.#variable(name);
        this.#maker.add(value, item.start, value === item.text);
      } else if (item.type === 'left' && this.#items[this.#next]?.type === 'variable') {
        this.#maker.add(this.#braced(item), item.start, false);
      } else this.#maker.add(item.text, item.start, true);
    }
    return { ...this.#maker.made(), dropped: this.#dropped };
  }

  #take(): Item | undefined {
    const item = this.#items[this.#next];
    this.#next += 1;
    return item;
  }

  #valueOf(name: string): string | undefined {
    return Object.hasOwn(this.#environment, name) ? this.#environment[name] : undefined;
  }

  #variable(name: string): string {
    const value = this.#valueOf(name) ?? '';
    return value === '' ? `$${name}` : value;
  }

  /** From the name after `${` to the closing brace. */
  #braced(left: Item): string {
    const name = this.#take()?.text ?? '';
    let operator: Operator | undefined;
    let other: (() => string) | undefined;
    let otherText = '';
    for (;;) {
      const item = this.#take();
      if (item === undefined || item.type === 'end' || item.type === 'unclosed') {
        throw this.#unclosed(left);
      }
      if (item.type === 'right') break;
      if (item.type === 'variable') {
        const inner = item.text.replace(/^\$/, '');
        other = () => this.#variable(inner);
      } else if (item.type === 'text') {
        const text = item.text + this.#restOfText();
        otherText = text;
        other = () => text;
      } else if (item.type !== 'left') operator = item.type;
    }
    if (operator === undefined && otherText !== '') {
      this.#dropped.push({ offset: left.start, text: `\${${name}${otherText}}` });
    }
    return this.#choose(name, operator, other);
  }

  /** A text goes on to the closing brace, whatever stands in it. */
  #restOfText(): string {
    let text = '';
    for (;;) {
      const item = this.#items[this.#next];
      if (item === undefined || ['right', 'unclosed', 'end'].includes(item.type)) return text;
      text += item.text;
      this.#next += 1;
    }
  }

  #choose(name: string, operator: Operator | undefined, other: (() => string) | undefined): string {
    const value = this.#variable(name);
    if (operator === undefined || other === undefined) return value;
    const isSet = this.#valueOf(name) !== undefined;
    switch (operator) {
      case ':-':
      case ':=':
        return value === `$${name}` ? other() : value;
      case '+':
      case ':+':
        return isSet ? other() : '';
      case '-':
      case '=':
        return isSet ? value : other();
      default:
        return operator satisfies never;
    }
  }

  #unclosed(item: Item): ChaosError {
    const position = this.#positionAt(item.start);
    const problem = {
      position,
      message: "'${' is never closed in its line",
      expected: '${NAME}, ${NAME:-default}, ${NAME:=default} or ${NAME:+other}',
      hint: 'write $$ for a dollar sign',
    };
    return new ChaosError('invalid', `${position.file} can't be read`, { problems: [problem] });
  }
}
