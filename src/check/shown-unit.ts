import type { Expression } from '../scenario/expression/ast.ts';
import type { SignalHistories } from './signal-history.ts';

/** How a figure in canonical units (ns, ratio) is shown: multiplied, with a unit for people. */
export interface ShownUnit {
  readonly factor: number;
  readonly unit: string;
  /** a duration that was measured as a value, not as the length of a stretch: it contains computing time */
  readonly isLatency: boolean;
}

const PLAIN: ShownUnit = { factor: 1, unit: '', isLatency: false };

/** The unit of an expression's value: that of the signals it is made of. */
export function shownUnit(expression: Expression, histories: SignalHistories): ShownUnit {
  switch (expression.type) {
    case 'signal':
      return signalUnit(expression.path, histories);
    case 'negative':
      return shownUnit(expression.of, histories);
    case 'quantity':
      return dimensionUnit(expression.dimension) ?? PLAIN;
    case 'binary': {
      if (!['+', '-', '*', '/'].includes(expression.operator)) return PLAIN;
      const left = shownUnit(expression.left, histories);
      const right = shownUnit(expression.right, histories);
      if (expression.operator === '/') return right === PLAIN ? left : PLAIN;
      return left === PLAIN ? right : left;
    }
    case 'boolean':
    case 'string':
    case 'param':
    case 'not':
    case 'list':
      return PLAIN;
    default:
      return expression satisfies never;
  }
}

/** Durations in ms, ratios in %, bit rates in kbit/s; undefined for what is shown as it is. */
export function dimensionUnit(dimension: string): ShownUnit | undefined {
  switch (dimension) {
    case 'duration':
      return { factor: 1e-6, unit: 'ms', isLatency: true };
    case 'ratio':
      return { factor: 100, unit: '%', isLatency: false };
    case 'bit-rate':
      return { factor: 1e-3, unit: 'kbit/s', isLatency: false };
    default:
      return undefined;
  }
}

function signalUnit(path: string, histories: SignalHistories): ShownUnit {
  const declared = histories.get(path)?.declared;
  if (declared === undefined || declared === null) return PLAIN;
  const unit = dimensionUnit(declared.valueType);
  if (unit !== undefined) return unit;
  return declared.unit === '' ? PLAIN : { ...PLAIN, unit: declared.unit };
}
