import { nearName } from '../near-name.ts';
import { checkExpressionAs } from './check.ts';
import type { Expression } from './ast.ts';
import { evaluate, signalsOf } from './evaluate.ts';
import { ExpressionError } from './expression-error.ts';
import type { ParamValue } from './scope.ts';

/** What a time expression says: a length, an edge of something, or something that has two edges. */
export type TimeValue =
  | { readonly type: 'duration'; readonly ns: number }
  | {
      readonly type: 'edge';
      readonly of: string;
      readonly edge: 'start' | 'end';
      readonly offsetNs: number;
    }
  /** a bare `bursts`: whoever asks knows which edge it means, or refuses */
  | { readonly type: 'span'; readonly of: string; readonly offsetNs: number };

export interface TimeScope {
  readonly params: ReadonlyMap<string, ParamValue>;
  /** steps, and `run`, `baseline`, `recovery` where they can be named */
  readonly spans: ReadonlySet<string>;
}

/** `20s`, `4 * $advert`, `bursts + 20s`, `bursts.start + 2 * $advert`. @throws ExpressionError */
export function timeOf(expression: Expression, scope: TimeScope): TimeValue {
  if (signalsOf(expression).length === 0) {
    return { type: 'duration', ns: durationOf(expression, scope.params) };
  }
  if (expression.type === 'signal') return named(expression, scope);
  if (
    expression.type !== 'binary' ||
    (expression.operator !== '+' && expression.operator !== '-')
  ) {
    throw new ExpressionError(expression.offset, 'only a duration can be added to a moment', {
      expected: 'bursts + 20s, bursts.start, 20s',
    });
  }
  const left = timeOf(expression.left, scope);
  const right = timeOf(expression.right, scope);
  if (expression.operator === '-' && right.type !== 'duration') {
    throw new ExpressionError(
      expression.right.offset,
      'only a duration can be taken from a moment',
    );
  }
  if (left.type === 'duration' && right.type === 'duration') {
    throw new Error('durations alone are folded before');
  }
  if (left.type !== 'duration' && right.type !== 'duration') {
    throw new ExpressionError(expression.right.offset, 'two moments cannot be added');
  }
  const sign = expression.operator === '-' ? -1 : 1;
  if (left.type !== 'duration') {
    return { ...left, offsetNs: left.offsetNs + sign * (right.type === 'duration' ? right.ns : 0) };
  }
  if (right.type === 'duration') throw new Error('unreachable: one side is a moment');
  return { ...right, offsetNs: right.offsetNs + left.ns };
}

/** A duration made of literals and parameters, in ns. @throws ExpressionError */
export function durationOf(
  expression: Expression,
  params: ReadonlyMap<string, ParamValue>,
): number {
  const checked = checkExpressionAs(expression, { signals: new Map(), params }, 'duration');
  const ns = evaluate(checked, () => null);
  if (typeof ns !== 'number' || !Number.isFinite(ns)) {
    throw new ExpressionError(expression.offset, 'this has no value (a division by zero?)');
  }
  return Math.round(ns);
}

function named(
  { path, offset }: Extract<Expression, { type: 'signal' }>,
  { spans }: TimeScope,
): TimeValue {
  if (path === 'ready') return { type: 'edge', of: 'ready', edge: 'start', offsetNs: 0 };
  if (spans.has(path)) return { type: 'span', of: path, offsetNs: 0 };
  const match = /^(.*)\.(start|end)$/.exec(path);
  if (match?.[1] !== undefined && spans.has(match[1])) {
    return {
      type: 'edge',
      of: match[1],
      edge: match[2] === 'start' ? 'start' : 'end',
      offsetNs: 0,
    };
  }
  const cut = path.lastIndexOf('-');
  const hint =
    cut > 0 && spans.has(path.slice(0, cut))
      ? `a hyphen belongs to a name; a subtraction has spaces: ${path.slice(0, cut)} - ${path.slice(cut + 1)}`
      : undefined;
  const base = match?.[1] ?? path;
  if (match === null && path.includes('.') && spans.has(path.slice(0, path.indexOf('.')))) {
    throw new ExpressionError(offset, `'${path}' is no edge`, { expected: '.start or .end' });
  }
  throw new ExpressionError(offset, `there is no step '${base}'`, {
    near: nearName(base, spans),
    hint,
  });
}
