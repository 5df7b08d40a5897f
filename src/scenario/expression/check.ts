import type { Dimension } from '../quantity.ts';
import { nearName } from '../near-name.ts';
import type { Expression } from './ast.ts';
import { nameOfType, resultOf, sameType, typed } from './dimensions.ts';
import type { TypedExpression } from './dimensions.ts';
import { evaluate } from './evaluate.ts';
import { ExpressionError } from './expression-error.ts';
import { printExpression } from './print.ts';
import { unknownSignal } from './scope.ts';
import type { ExpressionScope, ExpressionType, ParamValue } from './scope.ts';

/** Put parameters in, find signals and states, check units. @throws ExpressionError */
export function checkExpression(expression: Expression, scope: ExpressionScope): TypedExpression {
  return new Checker(scope).check(expression);
}

/** The same, for a place that needs one type. @throws ExpressionError */
export function checkExpressionAs(
  expression: Expression,
  scope: ExpressionScope,
  type: ExpressionType,
): Expression {
  const found = checkExpression(expression, scope);
  if (found.type !== type) {
    throw new ExpressionError(expression.offset, `this is ${nameOfType(found.type)}`, {
      expected: type === 'boolean' ? 'a condition such as gw.masters <= 1' : nameOfType(type),
    });
  }
  return found.expression;
}

/** The value of an expression that reads parameters only. @throws ExpressionError */
export function foldParams(
  expression: Expression,
  params: ReadonlyMap<string, ParamValue>,
): ParamValue {
  const typed = checkExpression(expression, { signals: new Map(), params });
  const value = evaluate(typed.expression, () => null);
  const { type } = typed;
  if (typeof value === 'boolean' || typeof value === 'string') return value;
  if (value === null || !Number.isFinite(value) || type === 'boolean' || type === 'state') {
    throw new ExpressionError(expression.offset, 'this has no value (a division by zero?)');
  }
  return { dimension: type, value, text: printExpression(expression) };
}

class Checker {
  readonly #scope: ExpressionScope;

  constructor(scope: ExpressionScope) {
    this.#scope = scope;
  }

  check(expression: Expression): TypedExpression {
    switch (expression.type) {
      case 'quantity':
        return { expression, type: expression.dimension };
      case 'boolean':
        return { expression, type: 'boolean' };
      case 'string':
        return { expression, type: 'state' };
      case 'param':
        return this.#param(expression);
      case 'signal':
        return this.#signal(expression);
      case 'not':
        return { expression: { ...expression, of: this.#boolean(expression.of) }, type: 'boolean' };
      case 'negative': {
        const of = this.#number(expression.of);
        return { expression: { ...expression, of: of.expression }, type: of.type };
      }
      case 'list':
        throw new ExpressionError(expression.offset, "a list stands only after 'in'");
      case 'binary':
        return this.#binary(expression);
      default:
        return expression satisfies never;
    }
  }

  #param({ name, offset, length }: Extract<Expression, { type: 'param' }>): TypedExpression {
    const value = this.#scope.params.get(name);
    if (value === undefined) {
      const near = nearName(name, this.#scope.params.keys());
      throw new ExpressionError(offset, `there is no parameter '$${name}'`, {
        near: near === undefined ? undefined : `$${near}`,
      });
    }
    if (typeof value === 'boolean') {
      return { expression: { type: 'boolean', value, offset, length }, type: 'boolean' };
    }
    if (typeof value === 'string') {
      return { expression: { type: 'string', value, offset, length }, type: 'state' };
    }
    const { dimension } = value;
    const quantity: Expression = {
      type: 'quantity',
      dimension,
      value: value.value,
      offset,
      length,
    };
    return { expression: quantity, type: dimension };
  }

  #signal(expression: Extract<Expression, { type: 'signal' }>): TypedExpression {
    const known = this.#scope.signals.get(expression.path);
    if (known === undefined) throw unknownSignal(expression, this.#scope.signals);
    return { expression, type: known.valueType };
  }

  #binary(expression: Extract<Expression, { type: 'binary' }>): TypedExpression {
    const { operator } = expression;
    switch (operator) {
      case 'and':
      case 'or': {
        const left = this.#boolean(expression.left);
        const right = this.#boolean(expression.right);
        return { expression: { ...expression, left, right }, type: 'boolean' };
      }
      case 'in':
        return this.#membership(expression);
      case '==':
      case '!=': {
        const [left, right] = this.#pair(expression.left, expression.right);
        sameType(expression, left, right);
        return typed(expression, left, right, 'boolean');
      }
      case '<':
      case '<=':
      case '>':
      case '>=': {
        const left = this.#number(expression.left);
        const right = this.#number(expression.right);
        sameType(expression, left, right);
        return typed(expression, left, right, 'boolean');
      }
      case '+':
      case '-':
      case '*':
      case '/': {
        const left = this.#number(expression.left);
        const right = this.#number(expression.right);
        return typed(expression, left, right, resultOf(operator, expression, left, right));
      }
      default:
        return operator satisfies never;
    }
  }

  #membership(expression: Extract<Expression, { type: 'binary' }>): TypedExpression {
    const { right: list } = expression;
    if (list.type !== 'list') throw new ExpressionError(list.offset, "expected a list after 'in'");
    const left = this.check(expression.left);
    const items = list.items.map((item) => {
      const [, checked] = this.#pair(expression.left, item);
      sameType(expression, left, checked, item.offset);
      return checked.expression;
    });
    const right: Expression = { ...list, items };
    return { expression: { ...expression, left: left.expression, right }, type: 'boolean' };
  }

  /** Both sides of an equation: a bare word beside a state is one of its values. */
  #pair(left: Expression, right: Expression): [TypedExpression, TypedExpression] {
    if (this.#isWord(left) && !this.#isWord(right)) {
      const checked = this.check(right);
      return [this.#stateOr(left, right, checked), checked];
    }
    const checked = this.check(left);
    return [checked, this.#stateOr(right, left, checked)];
  }

  #stateOr(side: Expression, other: Expression, otherTyped: TypedExpression): TypedExpression {
    if (otherTyped.type !== 'state') return this.check(side);
    const word = this.#isWord(side) ? side.path : side.type === 'string' ? side.value : undefined;
    if (word === undefined) return this.check(side);
    const states =
      other.type === 'signal' ? this.#scope.signals.get(other.path)?.states : undefined;
    if (states !== undefined && !states.includes(word)) {
      throw new ExpressionError(side.offset, `'${word}' is not a state of this signal`, {
        expected: states.join(', '),
        near: nearName(word, states),
      });
    }
    const { offset, length } = side;
    return { expression: { type: 'string', value: word, offset, length }, type: 'state' };
  }

  #isWord(side: Expression): side is Extract<Expression, { type: 'signal' }> {
    return side.type === 'signal' && !/[.[]/.test(side.path) && !this.#scope.signals.has(side.path);
  }

  #boolean(expression: Expression): Expression {
    return checkExpressionAs(expression, this.#scope, 'boolean');
  }

  #number(expression: Expression): { readonly expression: Expression; readonly type: Dimension } {
    const { expression: checked, type } = this.check(expression);
    if (type !== 'boolean' && type !== 'state') return { expression: checked, type };
    const expected = 'a number, or a figure with its unit';
    throw new ExpressionError(expression.offset, `this is ${nameOfType(type)}`, { expected });
  }
}
