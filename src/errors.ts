/** Every way in which chaos can refuse or fail. Each code has a line in docs/errors.md (a test keeps them in step). */
export type ErrorCode =
  | 'usage' // the command line is wrong
  | 'invalid' // a scenario, lab or topology file is wrong (one or more problems)
  | 'not-found' // a file, run, lab or node that was named does not exist
  | 'not-yet' // parsed and understood, but not executable in this version
  | 'cannot-run-here' // the machine lacks something that the run needs
  | 'lab-failed' // the lab could not be brought up
  | 'stalled' // lab time stood still
  | 'interrupted' // Ctrl-C or SIGTERM
  | 'bug'; // a broken promise of our own

export interface SourcePosition {
  readonly file: string;
  /** 1-based */
  readonly line: number;
  /** 1-based */
  readonly column: number;
}

/** One thing that is wrong in a file that the user wrote. */
export interface Problem {
  readonly position: SourcePosition;
  /** what is wrong, naming the thing */
  readonly message: string;
  /** what was expected, in the user's words */
  readonly expected?: string;
  /** the nearest name that exists */
  readonly near?: string;
  /** what to do */
  readonly hint?: string;
}

export interface ChaosErrorDetails {
  readonly hint?: string | undefined;
  readonly problems?: readonly Problem[] | undefined;
  readonly cause?: unknown;
}

/** The one error class for operational errors. A broken invariant is an assertion instead. */
export class ChaosError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly problems: readonly Problem[];

  constructor(code: ErrorCode, message: string, details: ChaosErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'ChaosError';
    this.code = code;
    this.hint = details.hint;
    this.problems = details.problems ?? [];
  }
}

/** One problem as the lines that a person reads: `file:line:column: message`, then what was expected, near names, a hint. */
export function formatProblem(problem: Problem): string {
  const { file, line, column } = problem.position;
  const lines = [`${file}:${line}:${column}: ${problem.message}`];
  if (problem.expected !== undefined) lines.push(`  expected: ${problem.expected}`);
  if (problem.near !== undefined) lines.push(`  did you mean: ${problem.near}?`);
  if (problem.hint !== undefined) lines.push(`  hint: ${problem.hint}`);
  return lines.join('\n');
}

/** What an error says; of anything else that was thrown, its text. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
