import type { z } from 'zod';
import type { WireDirection, WireWant } from '../wire/want.ts';

/** Where a fault of a step acts, once the plan has resolved it. */
export interface FaultTarget {
  /** wire faults: the directions that it acts on */
  readonly directions: readonly WireDirection[];
  /** node faults (admin-down): the endpoints `node:interface` */
  readonly endpoints: readonly string[];
}

/** A fault of the plan: kind, checked parameters (canonical units), target. Plain JSON. */
export interface PlannedFault {
  readonly kind: string;
  readonly params: unknown;
  readonly target: FaultTarget;
}

interface FaultKindBase<P> {
  readonly name: string;
  /** one sentence: what happens to the wire or the node */
  readonly about: string;
  /** the parameters as written in YAML, without the target keys (link, end, toward, direction) */
  readonly schema: z.ZodType<P>;
  /** a line of YAML that works, shown by docs and `chaos list faults` */
  readonly example: string;
  /** one line for the timeline: 'delay 20ms ±5ms, loss 30% in bursts of 200ms' */
  describe(params: P): string;
  /** netem on the kernel that runs it? (host kernels may lack it) */
  needsNetem(params: P): boolean;
  /** what cannot be combined or makes no sense; undefined when all is well */
  refuse?(params: P): string | undefined;
}

/** A network fault is a value: what it wants of each wire direction. Pure. */
export interface WireFaultKind<P> extends FaultKindBase<P> {
  readonly acts: 'wire';
  wants(params: P, direction: WireDirection, fault: string): readonly WireWant[];
}

/** A fault that acts in a node: inject and heal, in `<kind>-run.ts`, loaded lazily by the engine. */
export interface NodeFaultKind<P> extends FaultKindBase<P> {
  readonly acts: 'node';
}

export type FaultKind<P> = WireFaultKind<P> | NodeFaultKind<P>;
