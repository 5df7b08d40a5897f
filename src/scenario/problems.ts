import { ChaosError } from '../errors.ts';
import type { Problem } from '../errors.ts';
import { ExpressionError } from './expression/expression-error.ts';
import type { YamlDocument, YamlPath } from './yaml.ts';

/** What can be said beside a message. */
export interface ProblemExtra {
  readonly expected?: string | undefined;
  readonly near?: string | undefined;
  readonly hint?: string | undefined;
}

/** Collects what is wrong with a file, so that a person sees all of it at once. */
export class Problems {
  readonly document: YamlDocument;
  readonly #found: Problem[] = [];

  constructor(document: YamlDocument) {
    this.document = document;
  }

  /** How many there are so far. */
  get count(): number {
    return this.#found.length;
  }

  /** Something is wrong with the value at `path`. */
  add(path: YamlPath, message: string, extra: ProblemExtra = {}): void {
    this.#push(this.document.positionOf(path), message, extra);
  }

  /** Something is wrong at a place that is known already. */
  addAt(position: Problem['position'], message: string, extra: ProblemExtra = {}): void {
    this.#push(position, message, extra);
  }

  /** Something is wrong with the key at `path`. */
  addKey(path: YamlPath, message: string, extra: ProblemExtra = {}): void {
    const hint = extra.hint ?? this.document.hintFor(path, 'key');
    this.#push(this.document.positionOf(path, 'key'), message, { ...extra, hint });
  }

  /** Something is wrong inside the expression at `path`. */
  addInside(path: YamlPath, error: ExpressionError): void {
    const position = this.document.positionInside(path, error.offset);
    const { expected, near } = error;
    const hint = error.hint ?? this.document.hintFor(path);
    this.#push(position, error.message, { expected, near, hint });
  }

  /** Run `body`; an error in an expression becomes a problem at its place, and the answer undefined. */
  attempt<T>(path: YamlPath, body: () => T): T | undefined {
    try {
      return body();
    } catch (error) {
      if (error instanceof ExpressionError) this.addInside(path, error);
      else if (
        error instanceof ChaosError &&
        error.code === 'invalid' &&
        error.problems.length === 0
      ) {
        this.add(path, error.message, { hint: error.hint });
      } else throw error;
      return undefined;
    }
  }

  /** @throws ChaosError when anything was found; all of it, in the order of the file */
  throwIfAny(code: 'invalid' | 'not-yet' = 'invalid'): void {
    const n = this.#found.length;
    if (n === 0) return;
    const problems = [...this.#found].sort(byPlace);
    const what =
      code === 'invalid'
        ? `${n === 1 ? 'a problem' : `${String(n)} problems`} in ${this.document.file}`
        : `${this.document.file} uses what this version cannot execute yet`;
    throw new ChaosError(code, what, { problems });
  }

  #push(position: Problem['position'], message: string, extra: ProblemExtra): void {
    const { expected, near, hint } = extra;
    this.#found.push({
      position,
      message,
      ...(expected === undefined ? {} : { expected }),
      ...(near === undefined ? {} : { near }),
      ...(hint === undefined ? {} : { hint }),
    });
  }
}

function byPlace({ position: a }: Problem, { position: b }: Problem): number {
  return a.line - b.line || a.column - b.column;
}
