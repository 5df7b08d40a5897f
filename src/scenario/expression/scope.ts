import { nearName } from '../near-name.ts';
import type { Dimension, Quantity } from '../quantity.ts';
import type { Expression } from './ast.ts';
import { ExpressionError } from './expression-error.ts';

/** A signal that exists in this scenario. */
export interface KnownSignal {
  readonly path: string;
  readonly valueType: 'boolean' | 'state' | Dimension;
  readonly states?: readonly string[];
}

export type ParamValue = Quantity | string | boolean;

/** What names stand for where an expression is read. */
export interface ExpressionScope {
  readonly signals: ReadonlyMap<string, KnownSignal>;
  readonly params: ReadonlyMap<string, ParamValue>;
}

export type ExpressionType = 'boolean' | 'state' | Dimension;

/** A name that is no signal: which is nearest, or which subtraction lost its spaces. */
export function unknownSignal(
  { path, offset }: Extract<Expression, { type: 'signal' }>,
  signals: ReadonlyMap<string, KnownSignal>,
): ExpressionError {
  for (let i = path.indexOf('-'); i > 0; i = path.indexOf('-', i + 1)) {
    if (!signals.has(path.slice(0, i))) continue;
    const hint = `a hyphen belongs to a name; a subtraction has spaces: ${path.slice(0, i)} - ${path.slice(i + 1)}`;
    return new ExpressionError(offset, `there is no signal '${path}'`, { hint });
  }
  const near = nearName(path, signals.keys());
  const source = path.split('.', 1)[0] ?? path;
  const siblings = [...signals.keys()].filter((known) => known.startsWith(`${source}.`));
  const expected =
    siblings.length > 0 && siblings.length <= 12 ? `one of ${siblings.join(', ')}` : undefined;
  const hint =
    siblings.length > 0 ? undefined : 'chaos list signals FILE prints all of this scenario';
  return new ExpressionError(offset, `there is no signal '${path}'`, { near, expected, hint });
}
