import type { MeasureForm } from '../plan/plan.ts';
import type { RunEndReason } from '../run/events.ts';
import type { Span } from './truth.ts';

/** What a run shows: everything that reports say, as one value. Times in ns since ready. */
export interface RunResult {
  /** one ordered function of the axes below: not clean, then spoiled, then violated, then unknown, then pass */
  readonly outcome: Outcome;
  /** one sentence that a person can act on */
  readonly reason: string;
  /** what the engine said beyond it, line by line: the end of a daemon's log, a hint */
  readonly details: readonly string[];
  readonly verdict: VerdictAxis;
  readonly dose: DoseAxis;
  readonly host: HostAxis;
  readonly clean: CleanAxis;
  readonly checks: readonly CheckResult[];
  readonly measures: readonly MeasureResult[];
  readonly endNs: number;
  readonly endReason: RunEndReason | 'cut';
}

export type Outcome = 'pass' | 'fail' | 'inconclusive' | 'not-clean';
export type Verdict = 'pass' | 'fail' | 'inconclusive';

export interface VerdictAxis {
  readonly outcome: Verdict;
  readonly reason: string;
}

/** known: it failed, and the scenario says that this is known. */
export type CheckOutcome = Verdict | 'known';

export interface CheckResult {
  readonly name: string;
  readonly form: 'always' | 'never' | 'eventually' | 'that' | 'settled';
  readonly outcome: CheckOutcome;
  /** what was asked, in words of the language */
  readonly expected: string;
  /** what was seen, for people */
  readonly observed: string;
  /** the narrowest distance to the limit; negative is beyond it */
  readonly margin: Margin | null;
  /** why it is inconclusive, or anything else that a reader must know */
  readonly notes: readonly string[];
  readonly known: string | null;
  readonly window: Span | null;
  readonly violations: readonly Span[];
  readonly unknownNs: number;
  readonly budget: readonly BudgetUse[];
  /** the signals that it reads */
  readonly signals: readonly string[];
}

export interface BudgetUse {
  readonly of: 'longest' | 'total' | 'episodes' | 'within';
  readonly unit: 'ns' | 'episodes';
  /** null: it never came to be */
  readonly observed: number | null;
  readonly allowed: number;
  /** how exactly `observed` is known */
  readonly resolution: number;
}

export interface Margin {
  readonly of: BudgetUse['of'];
  readonly unit: BudgetUse['unit'];
  readonly value: number;
}

export interface MeasureResult {
  readonly name: string;
  readonly form: MeasureForm;
  readonly text: string;
  /** null: not known; the notes say why */
  readonly value: number | boolean | string | null;
  /** 's' for time and longest, '' for counts, else the unit of the expression */
  readonly unit: string;
  /** in `unit`: how exactly the value is known; 0 where it is exact, null where the signal does not say */
  readonly resolution: number | null;
  /** episodes for time, count, longest; steps of the signal for the others */
  readonly n: number;
  readonly windowText: string;
  readonly window: Span | null;
  readonly notes: readonly string[];
}

export interface DoseAxis {
  /** delivered: every fault did what was asked, as far as it can be counted */
  readonly outcome: 'delivered' | 'not-delivered' | 'not-asked' | 'unknown';
  readonly problems: readonly string[];
  readonly faults: readonly FaultResult[];
}

/** One fault of the plan on one direction of one link (or on one endpoint), and one quantity of it. */
export interface FaultResult {
  /** the step */
  readonly step: string;
  readonly index: number;
  readonly kind: string;
  readonly describe: string;
  readonly target: string;
  /** null: never injected */
  readonly window: Span | null;
  readonly doses: readonly DoseResult[];
  /** faults that act in nodes: what the nodes showed after each act */
  readonly acted: readonly string[];
  /** ... and what could not be done */
  readonly failures: readonly string[];
}

export interface DoseResult {
  readonly link: string;
  readonly direction: 'a>b' | 'b>a';
  /** 'fw-a:eth1 -> fw-b:eth1' */
  readonly way: string;
  readonly quantity: string;
  readonly asked: number | null;
  readonly measured: number | null;
  /** where the true value lies, 99.9 % sure; null: nothing says so */
  readonly interval: readonly [low: number, high: number] | null;
  readonly seen: number;
  readonly hit: number;
  /** not-reached: an upper limit that the traffic never came to */
  readonly judged: 'as-asked' | 'off' | 'nothing-met-it' | 'not-counted' | 'not-reached';
}

export interface HostAxis {
  readonly outcome: 'valid' | 'spoiled' | 'unknown';
  readonly problems: readonly string[];
  readonly stalledMs: number;
  readonly lateMaxMs: number;
  readonly lateCount: number;
}

export interface CleanAxis {
  readonly outcome: 'clean' | 'not-clean' | 'unknown';
  readonly left: readonly string[];
}
