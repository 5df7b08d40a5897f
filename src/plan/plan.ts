import type { PlannedFault } from '../fault/fault.ts';
import type { Topology } from '../lab/topology.ts';
import type { Expression } from '../scenario/expression/ast.ts';
import type { Quantity } from '../scenario/quantity.ts';
import type { SourcePosition } from '../errors.ts';

/** A scenario with everything resolved: seed in, concrete steps out. Plain JSON; run.json carries it. Times in ns. */
export interface Plan {
  readonly schema: 'chaos.plan/1';
  readonly name: string;
  readonly about: string;
  /** the scenario file as the user named it */
  readonly file: string;
  readonly seed: number;
  readonly tags: readonly string[];
  readonly params: Readonly<Record<string, Quantity | string | boolean>>;
  readonly topology: Topology;
  /** group name -> node names (declared groups and the selectors in use) */
  readonly groups: Readonly<Record<string, readonly string[]>>;
  readonly observers: readonly PlannedObserver[];
  readonly probes: readonly PlannedProbe[];
  readonly ready: PlannedReady;
  /** in order of startNs; those that only the run can time come after the others */
  readonly steps: readonly PlannedStep[];
  readonly recovery: PlannedRecovery;
  readonly settled: readonly PlannedCondition[];
  readonly measures: readonly PlannedMeasure[];
  readonly checks: readonly PlannedCheck[];
  readonly needs: { readonly netem: boolean };
  readonly wallLimitNs: number | null;
  /** longest possible lab time after ready */
  readonly longestNs: number;
  /**
   * Since ready: when the last window and the last deadline of a check or a measure is over, as far as that is known
   * before the start. A run that has recovered earlier is watched until then, so that its checks can be judged.
   */
  readonly watchUntilNs?: number;
}

export interface PlannedCondition {
  readonly text: string;
  readonly expression: Expression;
}

export interface PlannedObserver {
  readonly id: string;
  readonly kind: string;
  /** checked by the kind's schema, canonical units */
  readonly params: unknown;
}

export interface PlannedProbe {
  readonly id: string;
  readonly kind: string;
  readonly params: unknown;
  readonly ok: PlannedProbeOk;
}

/** `<id>.ok` is true while the loss over the trailing window is below the limit. windowNs 0: every single packet. */
export interface PlannedProbeOk {
  readonly lossBelow: number;
  readonly windowNs: number;
}

export interface PlannedReady {
  readonly withinNs: number;
  readonly holdNs: number;
  readonly that: readonly PlannedCondition[];
}

export interface PlannedStep {
  readonly id: string;
  readonly position: SourcePosition;
  /** a step that only the run can time: from when on its times count; absent: from ready */
  readonly starts?: PlannedStart;
  /** it ends then, at endNs at the latest; absent: at endNs */
  readonly ends?: PlannedEnd;
  /** where `starts` or `ends` is given: its edges come no later than this, since ready */
  readonly latest?: { readonly startNs: number; readonly endNs: number };
  /** the window of the step, since ready, or since `starts` */
  readonly startNs: number;
  readonly endNs: number;
  /** intervals in which the faults are in force, inside the window (one, or the `on` times of a flap) */
  readonly active: readonly { readonly fromNs: number; readonly toNs: number }[];
  readonly faults: readonly PlannedFault[];
  /** an operator's action instead of faults: it ends with its command */
  readonly act?: PlannedAct;
  /** what ends the step, or the whole timeline, before its time */
  readonly guard?: PlannedGuard;
  readonly describe: string;
  /** of several faults what each of them does, in their order */
  readonly describeEach?: readonly string[];
}

export interface PlannedAct {
  readonly node: string;
  readonly argv: readonly string[];
  /** the exit code of success */
  readonly rc: number;
  /** it is killed after this, and has failed */
  readonly withinNs: number;
}

/** Tripped when the conditions have held for holdNs while the step is in force. `guard.<name>` is its signal. */
export interface PlannedGuard {
  readonly name: string;
  readonly conditions: readonly PlannedCondition[];
  readonly holdNs: number;
  /** heal: the step ends; stop: nothing of the timeline goes on, and nothing more is injected */
  readonly then: 'heal' | 'stop';
}

export type PlannedStart =
  ({ readonly type: 'when' } & PlannedWhen) | ({ readonly type: 'edge' } & WindowEdge);

/** A step that signals trigger: it starts when the conditions have held for holdNs. */
export interface PlannedWhen {
  readonly conditions: readonly PlannedCondition[];
  readonly holdNs: number;
  /** it is looked at from then on: an edge of a step, or of 'ready' */
  readonly armed: WindowEdge;
  /** from `armed` on: when it has not fired by then, the step is not injected */
  readonly atMostNs: number;
}

export type PlannedEnd =
  | {
      readonly type: 'condition';
      readonly conditions: readonly PlannedCondition[];
      readonly holdNs: number;
    }
  | ({ readonly type: 'edge' } & WindowEdge)
  /** with the command of `act` */
  | { readonly type: 'act' }
  /** its guard may end it before */
  | { readonly type: 'guard' };

export type PlannedRecovery =
  | { readonly type: 'time'; readonly forNs: number }
  | {
      readonly type: 'until';
      readonly conditions: readonly PlannedCondition[];
      readonly holdNs: number;
      readonly atMostNs: number;
    };

/** A window in words of the language; what it is in time is a function of the events (run end, recovery). */
export interface PlannedWindow {
  readonly text: string;
  readonly from: WindowEdge;
  readonly to: WindowEdge;
}

export interface WindowEdge {
  /** 'run', 'recovery', 'baseline' or a step id; 'ready' is t = 0 */
  readonly of: string;
  readonly edge: 'start' | 'end';
  readonly offsetNs: number;
}

export type MeasureForm = 'time' | 'count' | 'longest' | 'value' | 'p50' | 'p99' | 'min' | 'max';

export interface PlannedMeasure {
  readonly name: string;
  readonly form: MeasureForm;
  readonly text: string;
  readonly expression: Expression;
  /** one window; `each step` becomes one measure a step, named `<name>[<step>]` */
  readonly window: PlannedWindow;
  readonly position: SourcePosition;
}

export interface PlannedBudget {
  readonly longestNs?: number;
  readonly totalNs?: number;
  readonly episodes?: number;
}

interface PlannedCheckBase {
  readonly name: string;
  readonly text: string;
  readonly expression: Expression;
  readonly known: string | null;
  readonly position: SourcePosition;
}

export type PlannedCheck = PlannedCheckBase &
  (
    | { readonly form: 'always'; readonly during: PlannedWindow; readonly budget: PlannedBudget }
    | { readonly form: 'never'; readonly during: PlannedWindow }
    | {
        readonly form: 'eventually';
        readonly of: WindowEdge;
        readonly withinNs: number;
        readonly holdNs: number;
      }
    | { readonly form: 'that'; readonly at: WindowEdge }
  );
