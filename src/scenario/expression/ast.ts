import type { Dimension } from '../quantity.ts';

export type BinaryOperator =
  'or' | 'and' | '==' | '!=' | '<' | '<=' | '>' | '>=' | '+' | '-' | '*' | '/' | 'in';

/**
 * A parsed expression: plain JSON, so that a plan can carry it from the CLI into the engine and into run.json.
 * `offset` and `length` point into the expression's own text. Quantities are in canonical units (see quantity.ts).
 */
export type Expression = { readonly offset: number; readonly length: number } & (
  | { readonly type: 'quantity'; readonly dimension: Dimension; readonly value: number }
  | { readonly type: 'boolean'; readonly value: boolean }
  /** a quoted string, or a bare word where a state is expected (`tree.sw3.state == forwarding`) */
  | { readonly type: 'string'; readonly value: string }
  /** `gw.masters`, `users-a.ok`; with instance keys `bfd.session["spine1","leaf1"].up` */
  | { readonly type: 'signal'; readonly path: string }
  | { readonly type: 'param'; readonly name: string }
  | { readonly type: 'not'; readonly of: Expression }
  | { readonly type: 'negative'; readonly of: Expression }
  | {
      readonly type: 'binary';
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly type: 'list'; readonly items: readonly Expression[] }
);

/** The value of a signal or of an expression at one moment; null is "not known". Durations are ns. */
export type SignalValue = number | boolean | string | null;
