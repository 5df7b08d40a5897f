import type { SignalValue } from '../scenario/expression/ast.ts';

/* Events of steps, a part of RunEvent (events.ts). Times are ns since ready. */

export interface ConditionState {
  readonly text: string;
  readonly value: SignalValue;
  /** the signals that it reads, with their last values */
  readonly signals: Readonly<Record<string, SignalValue>>;
}

/**
 * One edge of a step: a fault goes into force (`on`), out of force (`off`), or on to the next row of its trace (`row`);
 * start/end bound the step's window.
 */
export interface StepEdge {
  readonly type: 'edge';
  readonly step: string;
  readonly edge: 'start' | 'on' | 'off' | 'end' | 'row';
  /** of a row: which one, from 1, of which of the step's faults */
  readonly row?: number;
  readonly fault?: number;
  /** when the timeline wanted it */
  readonly scheduled: number;
  /** the interval in which it took effect: clock before and after the call */
  readonly from: number;
  readonly to: number;
}

/** Why a step began or ended at a moment that only the run could know. */
export interface StepTriggered {
  readonly type: 'triggered';
  readonly step: string;
  readonly edge: 'start' | 'end';
  /** the conditions as written */
  readonly text: string;
  /** they held from here on (and for as long as they had to) */
  readonly since: number;
}

/** On what a fault acts where the plan did not say it: a signal has named it, or chance has. Said at its start. */
export interface TargetNamed {
  readonly type: 'target';
  readonly step: string;
  /** index of the fault in its step */
  readonly fault: number;
  /** 'end: now gw.master', 'link: pick 1 of 3' */
  readonly by: string;
  /** what was named */
  readonly names: readonly string[];
  readonly directions: readonly { readonly link: string; readonly direction: 'a>b' | 'b>a' }[];
  readonly endpoints: readonly string[];
  readonly nodes?: readonly string[];
}

/** A guard has ended its step, or the timeline. */
export interface GuardTripped {
  readonly type: 'guard';
  readonly guard: string;
  readonly step: string;
  readonly then: 'heal' | 'stop';
  /** the conditions as written */
  readonly text: string;
  readonly since: number;
}

/** An operator's action, done or failed. */
export interface ActDone {
  readonly type: 'act';
  readonly step: string;
  readonly node: string;
  readonly argv: readonly string[];
  /** null: it was killed, or could not be started */
  readonly rc: number | null;
  readonly expected: number;
  /** the end of what it said */
  readonly output: string;
  readonly from: number;
  readonly to: number;
  /** why there is no exit code */
  readonly problem?: string;
}

/** A step that will not be injected in this run. */
export interface StepSkipped {
  readonly type: 'skipped';
  readonly step: string;
  readonly reason: string;
  /** the guard that stopped the timeline before */
  readonly guard?: string;
  /** of a trigger that did not fire: what it waited for */
  readonly conditions?: readonly ConditionState[];
}
