import { ChaosError } from '../../errors.ts';
import { TextLines, TextMaker } from './mapped-text.ts';
import type { MappedText } from './mapped-text.ts';
import { isTrue, printed, templateFunctions } from './template-functions.ts';
import type { TemplateValue } from './template-functions.ts';
import { parseTemplate } from './template-tree.ts';
import type { Command, Operand, Pipe, TemplateNode } from './template-tree.ts';
import { TemplateRefusal } from './template-words.ts';

export type { TemplateValue } from './template-functions.ts';

/**
 * Render a lab file as the Go template that containerlab takes every file for: variables, fields of the variables file,
 * if, with, range, pipelines, comments, trimming, and the functions of `templateFunctions`. `define`, `template` and
 * other functions are refused by name, and so is a value that no variables file gives (Go would print `<no value>`).
 * @throws ChaosError 'invalid' with a position
 */
export function renderTemplate(source: string, data: TemplateValue, file: string): MappedText {
  try {
    const renderer = new Renderer(data);
    renderer.run(parseTemplate(source));
    return renderer.maker.made();
  } catch (error) {
    if (!(error instanceof TemplateRefusal)) throw error;
    const problem = {
      position: new TextLines(source, file).positionAt(error.offset),
      message: error.message,
      hint: 'every lab file is a Go template: render it with containerlab (deploy --export-rendered), or write it out',
    };
    throw new ChaosError('invalid', `the template ${file} can't be rendered`, {
      problems: [problem],
    });
  }
}

class LoopSignal extends Error {
  readonly type: 'break' | 'continue';

  constructor(type: 'break' | 'continue') {
    super(type);
    this.type = type;
  }
}

class Renderer {
  readonly maker = new TextMaker();
  readonly #variables: { name: string; value: TemplateValue }[];
  #dot: TemplateValue;

  constructor(data: TemplateValue) {
    this.#dot = data;
    this.#variables = [{ name: '', value: data }];
  }

  run(nodes: readonly TemplateNode[]): void {
    for (const node of nodes) this.#node(node);
  }

  #node(node: TemplateNode): void {
    switch (node.type) {
      case 'text':
        this.maker.add(node.text, node.offset, true);
        return;
      case 'output': {
        const value = this.#pipe(node.pipe);
        if (node.pipe.variables.length > 0) return;
        this.maker.add(
          guarded(node.pipe.offset, () => printed(value)),
          node.offset,
          false,
        );
        return;
      }
      case 'if':
      case 'with':
        this.#scoped(() => {
          const value = this.#pipe(node.pipe);
          if (!isTrue(value)) this.run(node.otherwise);
          else if (node.type === 'if') this.run(node.body);
          else this.#withDot(value, node.body);
        });
        return;
      case 'range':
        this.#range(node);
        return;
      case 'break':
      case 'continue':
        throw new LoopSignal(node.type);
      default:
        node satisfies never;
    }
  }

  #range(node: Extract<TemplateNode, { pipe: Pipe; body: unknown }>): void {
    this.#scoped(() => {
      const items = itemsOf(this.#pipe({ ...node.pipe, variables: [] }), node.pipe.offset);
      if (items.length === 0) this.run(node.otherwise);
      const [first, second] = node.pipe.variables;
      for (const [key, value] of items) {
        try {
          this.#scoped(() => {
            if (second !== undefined) {
              this.#variables.push({ name: first ?? '', value: key }, { name: second, value });
            } else if (first !== undefined) this.#variables.push({ name: first, value });
            this.#withDot(value, node.body);
          });
        } catch (signal) {
          if (!(signal instanceof LoopSignal)) throw signal;
          if (signal.type === 'break') break;
        }
      }
    });
  }

  #scoped(body: () => void): void {
    const depth = this.#variables.length;
    try {
      body();
    } finally {
      this.#variables.length = depth;
    }
  }

  #withDot(value: TemplateValue, body: readonly TemplateNode[]): void {
    const before = this.#dot;
    this.#dot = value;
    try {
      this.run(body);
    } finally {
      this.#dot = before;
    }
  }

  #pipe({ offset, variables, declares, commands }: Pipe): TemplateValue {
    let value: TemplateValue;
    commands.forEach((command, index) => {
      value = this.#command(command, index === 0 ? [] : [value]);
    });
    for (const name of variables.slice(0, 1)) {
      const variable = this.#variables.findLast((candidate) => candidate.name === name);
      if (declares) this.#variables.push({ name, value });
      else if (variable !== undefined) variable.value = value;
      else throw new TemplateRefusal(offset, `'$${name}' is not declared`);
    }
    return value;
  }

  #command(command: Command, piped: readonly TemplateValue[]): TemplateValue {
    const [first, ...rest] = command;
    if (first?.base.type === 'function') {
      const { name } = first.base;
      const called = Object.hasOwn(templateFunctions, name) ? templateFunctions[name] : undefined;
      if (called === undefined || first.fields.length > 0) {
        throw new TemplateRefusal(first.offset, `'${name}' in a template is not rendered here`);
      }
      const values = [...rest.map((operand) => this.#operand(operand)), ...piped];
      return guarded(first.offset, () => called(...values));
    }
    const extra = rest[0] ?? (piped.length > 0 ? first : undefined);
    if (first === undefined || extra !== undefined) {
      throw new TemplateRefusal(extra?.offset ?? 0, 'this is no function and takes no value');
    }
    return this.#operand(first);
  }

  #operand({ offset, base, fields }: Operand): TemplateValue {
    let value = this.#base(base, offset);
    for (const field of fields) {
      if (typeof value !== 'object' || Array.isArray(value)) {
        throw new TemplateRefusal(offset, `there is no value to take '.${field}' of`);
      }
      const map = value as Readonly<Record<string, TemplateValue>>;
      value = Object.hasOwn(map, field) ? map[field] : undefined;
    }
    return value;
  }

  #base(base: Operand['base'], offset: number): TemplateValue {
    switch (base.type) {
      case 'value':
        return base.value;
      case 'dot':
        return this.#dot;
      case 'variable': {
        const found = this.#variables.findLast(({ name }) => name === base.name);
        if (found === undefined) {
          throw new TemplateRefusal(offset, `'$${base.name}' is not declared`);
        }
        return found.value;
      }
      case 'function':
        return this.#command([{ offset, base, fields: [] }], []);
      case 'pipe':
        return this.#pipe(base.pipe);
      default:
        return base satisfies never;
    }
  }
}

function itemsOf(
  value: TemplateValue,
  offset: number,
): readonly (readonly [string | number, TemplateValue])[] {
  if (value === undefined) return [];
  if (typeof value === 'number') return Array.from({ length: value }, (_, i) => [i, i] as const);
  if (Array.isArray(value)) return value.map((item: TemplateValue, i) => [i, item] as const);
  if (typeof value === 'object') {
    return Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  }
  throw new TemplateRefusal(offset, 'range goes over lists, maps and numbers');
}

function guarded<T>(offset: number, body: () => T): T {
  try {
    return body();
  } catch (error) {
    if (error instanceof RangeError) throw new TemplateRefusal(offset, error.message);
    throw error;
  }
}
