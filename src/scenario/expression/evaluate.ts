import type { BinaryOperator, Expression, SignalValue } from './ast.ts';

/** The value of a signal now; null where it is not known. */
export type SignalLookup = (path: string) => SignalValue;

/**
 * Three-valued evaluation (Kleene): null is "not known", and what doesn't depend on the unknown part is known all the
 * same (`false and null` is false). Parameters must have been resolved (see check.ts).
 */
export function evaluate(expression: Expression, lookup: SignalLookup): SignalValue {
  switch (expression.type) {
    case 'quantity':
    case 'boolean':
    case 'string':
      return expression.value;
    case 'signal':
      return lookup(expression.path);
    case 'not':
      return negate(evaluate(expression.of, lookup));
    case 'negative': {
      const value = evaluate(expression.of, lookup);
      return typeof value === 'number' ? -value : null;
    }
    case 'binary':
      return binary(expression, lookup);
    case 'param':
      throw new Error(`parameter $${expression.name} was not resolved before evaluation`);
    case 'list':
      throw new Error('a list is only the right side of in');
    default:
      return expression satisfies never;
  }
}

/** The paths of all signals that an expression reads, each once, in order of appearance. */
export function signalsOf(expression: Expression): readonly string[] {
  const found = new Set<string>();
  const visit = (e: Expression): void => {
    switch (e.type) {
      case 'signal':
        found.add(e.path);
        return;
      case 'not':
      case 'negative':
        visit(e.of);
        return;
      case 'binary':
        visit(e.left);
        visit(e.right);
        return;
      case 'list':
        e.items.forEach(visit);
        return;
      case 'quantity':
      case 'boolean':
      case 'string':
      case 'param':
        return;
      default:
        e satisfies never;
    }
  };
  visit(expression);
  return [...found];
}

type Binary = Extract<Expression, { type: 'binary' }>;

function binary(expression: Binary, lookup: SignalLookup): SignalValue {
  const { operator } = expression;
  const left = evaluate(expression.left, lookup);
  if (operator === 'in') return isIn(left, expression.right, lookup);
  if (operator === 'and' && left === false) return false;
  if (operator === 'or' && left === true) return true;
  const right = evaluate(expression.right, lookup);
  switch (operator) {
    case 'and':
      return right === false ? false : left === null || right === null ? null : true;
    case 'or':
      return right === true ? true : left === null || right === null ? null : false;
    case '==':
      return left === null || right === null ? null : left === right;
    case '!=':
      return left === null || right === null ? null : left !== right;
    default:
      if (typeof left !== 'number' || typeof right !== 'number') return null;
      return arithmetic(operator, left, right);
  }
}

function arithmetic(
  operator: Exclude<BinaryOperator, 'and' | 'or' | 'in' | '==' | '!='>,
  left: number,
  right: number,
): SignalValue {
  switch (operator) {
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      // nothing divided by nothing is a figure that nobody knows
      return right === 0 ? null : left / right;
    default:
      return operator satisfies never;
  }
}

function negate(value: SignalValue): boolean | null {
  return typeof value === 'boolean' ? !value : null;
}

function isIn(left: SignalValue, list: Expression, lookup: SignalLookup): boolean | null {
  const items = list.type === 'list' ? list.items : [list];
  const values = items.map((item) => evaluate(item, lookup));
  if (left === null) return null;
  if (values.includes(left)) return true;
  return values.includes(null) ? null : false;
}
