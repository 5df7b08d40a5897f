import type { BinaryOperator, Expression } from './ast.ts';
import { formatQuantity } from '../quantity-text.ts';

const precedence: Readonly<Record<BinaryOperator, number>> = {
  or: 1, and: 2, '==': 4, '!=': 4, '<': 4, '<=': 4, '>': 4, '>=': 4, in: 4, '+': 5, '-': 5, '*': 6, '/': 6,
}; // prettier-ignore
const NOT = 3;
const UNARY = 7;
const PRIMARY = 8;

/** The text that parses to this expression, with no more parentheses than it needs. */
export function printExpression(expression: Expression): string {
  switch (expression.type) {
    case 'quantity':
      return formatQuantity(expression);
    case 'boolean':
      return String(expression.value);
    case 'string':
      return expression.value.includes('"') ? `'${expression.value}'` : `"${expression.value}"`;
    case 'signal':
      return expression.path;
    case 'param':
      return `$${expression.name}`;
    case 'not':
      return `not ${inner(expression.of, NOT)}`;
    case 'negative':
      return `-${inner(expression.of, UNARY)}`;
    case 'list':
      return `[${expression.items.map((item) => inner(item, precedence['+'])).join(', ')}]`;
    case 'binary': {
      const own = precedence[expression.operator];
      // comparisons do not chain; everything else groups to the left
      const left = inner(expression.left, own === precedence['<'] ? own + 1 : own);
      return `${left} ${expression.operator} ${inner(expression.right, own + 1)}`;
    }
    default:
      return expression satisfies never;
  }
}

function inner(expression: Expression, atLeast: number): string {
  const text = printExpression(expression);
  return bindingOf(expression) < atLeast ? `(${text})` : text;
}

function bindingOf(expression: Expression): number {
  if (expression.type === 'binary') return precedence[expression.operator];
  if (expression.type === 'not') return NOT;
  if (expression.type === 'negative') return UNARY;
  return PRIMARY;
}
