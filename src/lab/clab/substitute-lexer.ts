/**
 * The words of github.com/hellt/envsubst (parse/lex.go): what containerlab replaces variables with. Its oddities are the
 * format's: only the first name after '${' is a variable without a dollar sign, a name '_' is none, ...
 */
export interface Item {
  readonly type: ItemType;
  readonly start: number;
  readonly text: string;
}

export type ItemType = 'text' | 'variable' | 'left' | 'right' | Operator | 'unclosed' | 'end';
export type Operator = '+' | '-' | '=' | ':=' | ':-' | ':+';

type State = 'text' | 'variable' | 'substitution' | 'done';

const NAME = /[\p{L}\p{Nd}_]/u;
const DIGIT = /\p{Nd}/u;

export function lexVariables(source: string): readonly Item[] {
  return new Lexer(source).run();
}

class Lexer {
  readonly #source: string;
  readonly #items: Item[] = [];
  #at = 0;
  #start = 0;
  #lastStart = 0;
  #depth = 0;

  constructor(source: string) {
    this.#source = source;
  }

  run(): readonly Item[] {
    let state: State = 'text';
    while (state !== 'done') {
      state =
        state === 'text'
          ? this.#text()
          : state === 'variable'
            ? this.#variable()
            : this.#substitution();
    }
    return this.#items;
  }

  #peek(): string {
    const code = this.#source.codePointAt(this.#at);
    return code === undefined ? '' : String.fromCodePoint(code);
  }

  #emit(type: ItemType): void {
    this.#items.push({ type, start: this.#start, text: this.#source.slice(this.#start, this.#at) });
    this.#lastStart = this.#start;
    this.#start = this.#at;
  }

  #text(): State {
    for (;;) {
      const dollar = this.#source.indexOf('$', this.#at);
      if (dollar < 0) break;
      this.#at = dollar;
      if (this.#at > this.#start) this.#emit('text');
      this.#at += 1;
      const next = this.#peek();
      if (DIGIT.test(next)) {
        this.#at += next.length;
        this.#emit('text');
      } else if (next === '$') {
        this.#start = this.#at;
        this.#at += 1;
        this.#emit('text');
      } else if (next === '{') {
        this.#at += 1;
        const second = this.#peek();
        if (DIGIT.test(second)) {
          this.#at += second.length;
          this.#emit('text');
        } else {
          this.#depth += 1;
          this.#emit('left');
          return 'substitution';
        }
      } else if (NAME.test(next)) return 'variable';
    }
    this.#at = this.#source.length;
    if (this.#at > this.#start) this.#emit('text');
    this.#emit('end');
    return 'done';
  }

  #variable(): State {
    for (let next = this.#peek(); next !== '' && NAME.test(next); next = this.#peek()) {
      this.#at += next.length;
    }
    const name = this.#source.slice(this.#start, this.#at);
    if (name === '_' || name === '$_') return 'text';
    this.#emit('variable');
    return this.#depth > 0 ? 'substitution' : 'text';
  }

  #substitution(): State {
    const next = this.#peek();
    if (next === '' || next === '\r' || next === '\n') {
      this.#emit('unclosed');
      return 'done';
    }
    this.#at += next.length;
    if (next === '}') {
      this.#depth -= 1;
      this.#emit('right');
      return 'text';
    }
    const afterBrace = this.#source.startsWith('${', this.#lastStart);
    if (next === '$' || (NAME.test(next) && afterBrace)) return 'variable';
    if (next === '+' || next === '-' || next === '=') this.#emit(next);
    else if (next === ':') {
      const second = this.#peek();
      this.#at += second.length;
      if (second === '-' || second === '=' || second === '+') this.#emit(`:${second}`);
      else this.#emit('text');
    } else this.#emit('text');
    return 'substitution';
  }
}
