import type { Dimension } from '../quantity.ts';
import { dimensionExamples } from '../quantity-text.ts';
import type { BinaryOperator, Expression } from './ast.ts';
import { ExpressionError } from './expression-error.ts';
import type { ExpressionType } from './scope.ts';

/** An expression without parameters, whose names all exist and whose units fit. */
export interface TypedExpression {
  readonly expression: Expression;
  readonly type: ExpressionType;
}

type Binary = Extract<Expression, { type: 'binary' }>;

export function nameOfType(type: ExpressionType): string {
  if (type === 'boolean') return 'true or false';
  if (type === 'state') return 'a state';
  return dimensionExamples[type];
}

export function typed(
  expression: Binary,
  left: TypedExpression,
  right: TypedExpression,
  type: ExpressionType,
): TypedExpression {
  return { expression: { ...expression, left: left.expression, right: right.expression }, type };
}

export function sameType(
  expression: Binary,
  left: TypedExpression,
  right: TypedExpression,
  offset: number = expression.right.offset,
): void {
  if (left.type === right.type) return;
  throw new ExpressionError(
    offset,
    `'${expression.operator}' compares or joins two of a kind, and the left side is ${nameOfType(left.type)}, the right side ${nameOfType(right.type)}`,
    {
      expected: nameOfType(left.type),
    },
  );
}

type Arithmetic = Extract<BinaryOperator, '+' | '-' | '*' | '/'>;

export function resultOf(
  operator: Arithmetic,
  expression: Binary,
  left: { readonly type: Dimension; readonly expression: Expression },
  right: { readonly type: Dimension; readonly expression: Expression },
): Dimension {
  if (operator === '+' || operator === '-') {
    sameType(expression, left, right);
    return left.type;
  }
  const plain = (type: Dimension): boolean => type === 'count' || type === 'ratio';
  // 50% of 4s is 2s; 4 * 50% is a ratio again
  if (right.type === 'count' || (right.type === 'ratio' && operator === '*')) {
    return left.type === 'count' ? right.type : left.type;
  }
  if (operator === '*' && plain(left.type)) return right.type;
  if (operator === '/' && left.type === right.type) return 'ratio';
  const done = operator === '*' ? 'multiply' : 'divide';
  throw new ExpressionError(
    expression.offset,
    `can't ${done} ${nameOfType(left.type)} by ${nameOfType(right.type)}`,
  );
}
