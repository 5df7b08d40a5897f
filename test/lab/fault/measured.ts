import type { RunEvents } from './run-events.ts';

/** An effect of a kind of fault, as a tool that is not ours has seen it. */
export interface Measure {
  /** as in the registry of faults */
  readonly kind: string;
  /** what is measured, by what */
  readonly about: string;
  /** fails where the effect is not there */
  readonly check: (run: RunEvents) => void;
}

/** Kinds that are measured in one run: a boot costs more than a fault. */
export interface MeasuredScenario {
  readonly name: string;
  readonly scenario: string | object;
  readonly measures: readonly Measure[];
}
