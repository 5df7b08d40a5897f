import { chunksOf, TemplateRefusal } from './template-words.ts';
import type { Chunk, Word } from './template-words.ts';

/** text/template/parse/node.go, as far as it is rendered here. */
export type TemplateNode =
  | { readonly type: 'text'; readonly offset: number; readonly text: string }
  | { readonly type: 'output'; readonly offset: number; readonly pipe: Pipe }
  | {
      readonly type: 'if' | 'with' | 'range';
      readonly offset: number;
      readonly pipe: Pipe;
      readonly body: readonly TemplateNode[];
      readonly otherwise: readonly TemplateNode[];
    }
  | { readonly type: 'break' | 'continue'; readonly offset: number };

/** `$a, $b := command | command` */
export interface Pipe {
  readonly offset: number;
  readonly variables: readonly string[];
  readonly declares: boolean;
  readonly commands: readonly Command[];
}

/** A function with its arguments, or one value. */
export type Command = readonly Operand[];

export interface Operand {
  readonly offset: number;
  readonly base:
    | { readonly type: 'value'; readonly value: string | number | boolean | undefined }
    | { readonly type: 'dot' }
    | { readonly type: 'variable'; readonly name: string }
    | { readonly type: 'function'; readonly name: string }
    | { readonly type: 'pipe'; readonly pipe: Pipe };
  readonly fields: readonly string[];
}

const NOT_RENDERED = ['define', 'template', 'block'];

/** @throws TemplateRefusal */
export function parseTemplate(source: string): readonly TemplateNode[] {
  return new Parser(chunksOf(source)).run();
}

class Parser {
  readonly #chunks: readonly Chunk[];
  #chunk = 0;
  #words: readonly Word[] = [];
  #word = 0;
  #offset = 0;

  constructor(chunks: readonly Chunk[]) {
    this.#chunks = chunks;
  }

  run(): readonly TemplateNode[] {
    const { nodes, end } = this.#nodes();
    if (end !== undefined) throw new TemplateRefusal(this.#offset, `'${end}' ends nothing`);
    return nodes;
  }

  /** Up to `end` or `else`, whose action has then been begun. */
  #nodes(): { nodes: readonly TemplateNode[]; end: 'end' | 'else' | undefined } {
    const nodes: TemplateNode[] = [];
    for (;;) {
      const chunk = this.#chunks[this.#chunk];
      this.#chunk += 1;
      if (chunk === undefined) return { nodes, end: undefined };
      if (chunk.type === 'text') {
        nodes.push(chunk);
        continue;
      }
      this.#words = chunk.words;
      this.#word = 0;
      this.#offset = chunk.offset;
      const keyword = this.#peek()?.type === 'name' ? this.#peek()?.text : undefined;
      if (keyword === 'end' || keyword === 'else') {
        this.#word += 1;
        return { nodes, end: keyword };
      }
      if (chunk.words.length > 0) nodes.push(this.#action(chunk.offset, keyword));
    }
  }

  #action(offset: number, keyword: string | undefined): TemplateNode {
    if (keyword !== undefined && NOT_RENDERED.includes(keyword)) {
      throw new TemplateRefusal(offset, `'${keyword}' in a template is not rendered here`);
    }
    if (keyword === 'break' || keyword === 'continue') return { type: keyword, offset };
    if (keyword !== 'if' && keyword !== 'with' && keyword !== 'range') {
      const pipe = this.#pipe();
      this.#done();
      return { type: 'output', offset, pipe };
    }
    this.#word += 1;
    return this.#control(keyword, offset);
  }

  #control(type: 'if' | 'with' | 'range', offset: number): TemplateNode {
    const pipe = this.#pipe();
    this.#done();
    const body = this.#nodes();
    if (body.end === undefined) throw new TemplateRefusal(offset, `'${type}' has no 'end'`);
    let otherwise: readonly TemplateNode[] = [];
    if (body.end === 'else') {
      const next = this.#peek();
      if (next?.type === 'name' && (next.text === 'if' || next.text === 'with')) {
        this.#word += 1;
        // `else if` shares the `end`
        otherwise = [this.#control(next.text, this.#offset)];
      } else {
        this.#done();
        const rest = this.#nodes();
        if (rest.end !== 'end') throw new TemplateRefusal(offset, `'${type}' has no 'end'`);
        otherwise = rest.nodes;
      }
    }
    return { type, offset, pipe, body: body.nodes, otherwise };
  }

  #peek(ahead = 0): Word | undefined {
    return this.#words[this.#word + ahead];
  }

  #isMark(text: string, ahead = 0): boolean {
    const word = this.#peek(ahead);
    return word?.type === 'mark' && word.text === text;
  }

  #done(): void {
    const word = this.#peek();
    if (word !== undefined) throw new TemplateRefusal(word.offset, `'${word.text}' is too much`);
  }

  #pipe(): Pipe {
    const offset = this.#peek()?.offset ?? this.#offset;
    const variables: string[] = [];
    let declares = false;
    const first = this.#peek();
    const ahead = this.#isMark(',', 1) ? 3 : 1;
    const assigns = this.#isMark(':=', ahead) || this.#isMark('=', ahead);
    if (first?.type === 'variable' && assigns) {
      variables.push(first.text);
      if (ahead === 3) variables.push(this.#peek(2)?.text ?? '');
      declares = this.#isMark(':=', ahead);
      this.#word += ahead + 1;
    }
    const commands: Command[] = [this.#command()];
    while (this.#isMark('|')) {
      this.#word += 1;
      commands.push(this.#command());
    }
    return { offset, variables, declares, commands };
  }

  #command(): Command {
    const operands: Operand[] = [];
    for (;;) {
      const word = this.#peek();
      if (word === undefined || this.#isMark('|') || this.#isMark(')')) break;
      operands.push(this.#operand(word));
    }
    if (operands.length === 0) throw new TemplateRefusal(this.#offset, 'a value is missing');
    return operands;
  }

  #operand(word: Word): Operand {
    this.#word += 1;
    const fields: string[] = word.type === 'field' ? [word.text] : [];
    const base = this.#base(word);
    for (let next = this.#peek(); next?.type === 'field' && !next.spaced; next = this.#peek()) {
      fields.push(next.text);
      this.#word += 1;
    }
    return { offset: word.offset, base, fields };
  }

  #base(word: Word): Operand['base'] {
    switch (word.type) {
      case 'text':
        return { type: 'value', value: word.text };
      case 'number':
        return { type: 'value', value: Number(word.text.replaceAll('_', '')) };
      case 'field':
        return { type: 'dot' };
      case 'variable':
        return { type: 'variable', name: word.text };
      case 'name':
        if (word.text === 'true' || word.text === 'false') {
          return { type: 'value', value: word.text === 'true' };
        }
        if (word.text === 'nil') return { type: 'value', value: undefined };
        return { type: 'function', name: word.text };
      case 'mark': {
        if (word.text === '.') return { type: 'dot' };
        if (word.text !== '(')
          throw new TemplateRefusal(word.offset, `'${word.text}' can't stand here`);
        const pipe = this.#pipe();
        if (!this.#isMark(')')) throw new TemplateRefusal(word.offset, "'(' is never closed");
        this.#word += 1;
        return { type: 'pipe', pipe };
      }
      default:
        return word.type satisfies never;
    }
  }
}
