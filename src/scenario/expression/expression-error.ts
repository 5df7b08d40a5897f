/** What is wrong in an expression, and where in its own text; whoever knows the file adds line and column. */
export class ExpressionError extends Error {
  /** 0-based index into the expression's text */
  readonly offset: number;
  readonly expected: string | undefined;
  readonly near: string | undefined;
  readonly hint: string | undefined;

  constructor(
    offset: number,
    message: string,
    more: {
      readonly expected?: string | undefined;
      readonly near?: string | undefined;
      readonly hint?: string | undefined;
    } = {},
  ) {
    super(message);
    this.offset = offset;
    this.expected = more.expected;
    this.near = more.near;
    this.hint = more.hint;
  }
}
