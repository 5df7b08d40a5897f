import type { Dimension } from '../scenario/quantity.ts';
import type { SignalValue } from '../scenario/expression/ast.ts';
import type {
  ActDone,
  ConditionState,
  GuardTripped,
  StepEdge,
  StepSkipped,
  StepTriggered,
  TargetNamed,
} from './step-events.ts';

import type { FrameSeen, FramesLeftOut, ProbeSecond, StormAborted } from './wire-events.ts';

export type { ConditionState, TargetNamed } from './step-events.ts';
export type { FrameSeen, ProbeSecond } from './wire-events.ts';

/**
 * events.ndjson, one JSON object a line: the truth. Written by the engine alone, lab clock only, digested.
 * `t` is integer nanoseconds since *ready* (set-up is negative). Lines are in order of `t`.
 */
export type RunEvent = { readonly t: number } & RunEventBody;

export type SignalType = 'boolean' | 'count' | 'state' | Dimension;

export type Phase = 'set-up' | 'ready' | 'timeline' | 'recovery' | 'settled' | 'tear-down';

export type RunEventBody =
  | { readonly type: 'run-started'; readonly scenario: string; readonly seed: number }
  | { readonly type: 'phase'; readonly phase: Phase }
  | { readonly type: 'node-up'; readonly node: string; readonly level: 'net' | 'files' | 'pid' }
  /** `end`: its first process ended by itself, or by somebody else's hand; absent where a fault turned it off */
  | {
      readonly type: 'node-down';
      readonly node: string;
      readonly end?: {
        readonly code: number | null;
        readonly signal: string | null;
        readonly outOfMemory: boolean;
      };
    }
  | { readonly type: 'service-started'; readonly node: string; readonly service: string }
  | {
      readonly type: 'service-exited';
      readonly node: string;
      readonly service: string;
      readonly code: number | null;
      readonly signal: string | null;
    }
  /** something that the lab file asks for and that this driver does not honour */
  | {
      readonly type: 'notice';
      readonly node?: string;
      readonly key?: string;
      readonly message: string;
    }
  | SignalDeclared
  | SignalChanged
  | { readonly type: 'ready' }
  | { readonly type: 'never-ready'; readonly conditions: readonly ConditionState[] }
  | StepEdge
  | StepTriggered
  | StepSkipped
  | TargetNamed
  | GuardTripped
  | ActDone
  | FaultInForce
  | FaultDose
  | NodeFaultActed
  /** what was done to nodes and could not be undone, at the end of the run */
  | { readonly type: 'not-undone'; readonly what: readonly string[] }
  /** a storm that multiplied beyond its limit was stopped, and its frames were taken out of every wire */
  | StormAborted
  | FrameSeen
  | FramesLeftOut
  | ProbeSecond
  /** records of a source were lost: what depends on it is unknown from `since` until `t` */
  | { readonly type: 'gap'; readonly source: string; readonly lost: number; readonly since: number }
  /** the recovery condition: held (with the moment from which it holds) or not within its limit */
  | { readonly type: 'recovered'; readonly since: number }
  | { readonly type: 'not-recovered'; readonly conditions: readonly ConditionState[] }
  | {
      readonly type: 'settled';
      readonly holds: boolean;
      readonly conditions: readonly ConditionState[];
    }
  | { readonly type: 'run-ended'; readonly reason: RunEndReason; readonly message?: string };

export type RunEndReason =
  'completed' | 'never-ready' | 'interrupted' | 'lab-failed' | 'stalled' | 'bug';

/** Sent once per signal, before its first value. */
export interface SignalDeclared {
  readonly type: 'signal-declared';
  readonly signal: string;
  readonly about: string;
  readonly valueType: SignalType;
  /** the unit for people: '', 'ms', '%', 'masters', ... */
  readonly unit: string;
  /** how exactly a change is placed in time */
  readonly resolutionNs: number;
}

/** A step of a step function. `since` (default: t) is when it became true, where that is known only later. */
export interface SignalChanged {
  readonly type: 'signal';
  readonly signal: string;
  readonly value: SignalValue;
  readonly since?: number;
}

/** Read back from the kernel after an edge: what the wire does now. */
export interface FaultInForce {
  readonly type: 'in-force';
  readonly step: string;
  readonly link: string;
  /** frames that enter at endpoint a of the link and leave at b ('a>b'), or the other way */
  readonly direction: 'a>b' | 'b>a';
  readonly readBack: string;
}

/** A fault that acts in nodes was brought into force or out of it. */
export interface NodeFaultActed {
  readonly type: 'node-fault';
  readonly step: string;
  /** index of the fault in its step */
  readonly fault: number;
  readonly edge: 'on' | 'off';
  /** when the timeline wanted it */
  readonly scheduled: number;
  /** the interval in which it was done */
  readonly from: number;
  readonly to: number;
  /** what the nodes showed afterwards */
  readonly readBack: string;
  /** what could not be done; none when all was */
  readonly problems: readonly string[];
}

/** What a fault really did, per direction, from the counters where it acts. */
export interface FaultDose {
  readonly type: 'dose';
  readonly step: string;
  /** index of the fault in its step */
  readonly fault: number;
  readonly link: string;
  readonly direction: 'a>b' | 'b>a';
  /** what is measured: 'loss', 'delay', 'cut', ... */
  readonly quantity: string;
  /** in canonical units (ratio, ns, ...); null where the kind asks for nothing that can be counted */
  readonly asked: number | null;
  readonly measured: number | null;
  /** where the true share lies, 99.9 % sure; absent where no packet met it */
  readonly interval?: readonly [low: number, high: number];
  /** packets that met the fault, and packets that it hit */
  readonly seen: number;
  readonly hit: number;
  /** how alike neighbouring frames fare: it makes the spread of a measured ratio wider than that of independent frames */
  readonly dependence?: DoseDependence;
}

export type DoseDependence =
  /** correlation time of the process behind it */
  | { readonly per: 'time'; readonly correlationNs: number }
  /** correlation of one frame's state with the next one's */
  | { readonly per: 'frame'; readonly correlation: number };

/** host.ndjson: wall-clock facts, written by the outer process alone. `wall` is ms since the Unix epoch. */
export type HostEvent = { readonly wall: number } & (
  | { readonly type: 'started'; readonly argv: readonly string[]; readonly pid: number }
  | { readonly type: 'engine-started'; readonly kernel: string; readonly clock: string }
  /** lab time (ns since ready) seen at this wall time */
  | { readonly type: 'progress'; readonly t: number }
  | { readonly type: 'stall'; readonly wallMs: number; readonly culprit: string }
  | { readonly type: 'late'; readonly count: number; readonly maxMs: number }
  | { readonly type: 'interrupt'; readonly signal: string; readonly second: boolean }
  | { readonly type: 'killed'; readonly reason: string }
  | { readonly type: 'engine-ended'; readonly code: number | null; readonly signal: string | null }
  | { readonly type: 'fingerprint'; readonly when: 'before' | 'after'; readonly digest: string }
  | { readonly type: 'left-behind'; readonly what: readonly string[] }
  /** the engine was dead: what others undid from its journal, and what they could not */
  | {
      readonly type: 'undone';
      readonly by: 'watchdog' | 'runner' | 'cleanup';
      readonly what: readonly string[];
      readonly failures: readonly string[];
    }
  | { readonly type: 'ended'; readonly wallMs: number }
);
