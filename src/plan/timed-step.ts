import type { StepData } from '../scenario/schema-step.ts';
import type { PlannedEnd, PlannedStart, WindowEdge } from './plan.ts';

/** The window of a step, once for each repetition; as in PlannedStep. */
export interface StepWindow {
  /** `cut`, or `cut[2]` */
  readonly id: string;
  readonly starts?: PlannedStart;
  readonly ends?: PlannedEnd;
  readonly latest?: { readonly startNs: number; readonly endNs: number };
  readonly startNs: number;
  readonly endNs: number;
}

/** A step of the file with the windows that it gets; none when something is wrong with it. */
export interface TimedStep {
  readonly index: number;
  readonly data: StepData;
  readonly windows: readonly StepWindow[];
}

/** ns since ready; or an edge that only the run knows */
export type Moment = number | WindowEdge;

/** A window that may be of several repetitions: which of them begins it and which ends it. */
export type Span = StepWindow & {
  readonly edges: { readonly start: string; readonly end: string };
};

/** The window that a name means: a step, one of its repetitions, or all of them from first to last. */
export function spanOf(name: string, windows: readonly StepWindow[]): Span | undefined {
  const exact = windows.find((window) => window.id === name);
  if (exact !== undefined) return { ...exact, edges: { start: name, end: name } };
  const mine = windows.filter((window) => window.id.startsWith(`${name}[`));
  const [first, last] = [mine[0], mine.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const { startNs: _, ...from } = first;
  return {
    ...from,
    id: name,
    ...(first.latest &&
      last.latest && { latest: { startNs: first.latest.startNs, endNs: last.latest.endNs } }),
    startNs: first.startNs,
    endNs: last.endNs,
    edges: { start: first.id, end: last.id },
  };
}
