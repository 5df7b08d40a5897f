import type { z } from 'zod';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import type { Topology } from '../lab/topology.ts';
import type { AskedDose, WireDirection, WireWant } from '../wire/want.ts';

/** Where a fault of a step acts, once the plan has resolved it. */
export interface FaultTarget {
  /** wire faults: the directions that it acts on */
  readonly directions: readonly WireDirection[];
  /** faults that act on interfaces of nodes (admin-down): the endpoints `node:interface` */
  readonly endpoints: readonly string[];
  /** faults that act on whole nodes (kill, node-stop): their names */
  readonly nodes?: readonly string[];
}

/** A fault of the plan: kind, checked parameters (canonical units), target. Plain JSON. */
export interface PlannedFault {
  readonly kind: string;
  readonly params: unknown;
  /** nothing, where `live` says it at the moment of injection */
  readonly target: FaultTarget;
  /** a target that a signal names when the fault is injected */
  readonly live?: LiveTarget;
  /** what chance has decided of the target, when the plan was made */
  readonly picked?: readonly PickedTarget[];
}

/** `end: {now: gw.master}` */
export interface LiveTarget {
  /** the key that it stands under */
  readonly key: string;
  readonly signal: string;
  /** what the signal can be, and what that means; other values mean nothing in the lab */
  readonly choices: Readonly<Record<string, FaultTarget>>;
}

/** `link: {pick: 1, of: [a, b, c]}` */
export interface PickedTarget {
  readonly key: string;
  readonly names: readonly string[];
  /** out of how many */
  readonly of: number;
}

/** What names mean in the lab of a scenario. */
export interface LabNames {
  readonly topology: Topology;
  /**
   * The nodes that a node's name, a group's name or a selector means, in the lab's order. undefined: none, which has
   * been said. `at`: the keys within the fault's parameters where the name stands
   */
  nodes(name: string, at: readonly (string | number)[]): readonly string[] | undefined;
  /** this fault's own */
  readonly random: RandomGenerator;
  /** The file that is named at `at`, relative to the scenario; undefined: it cannot be read, which has been said. */
  read(file: string, at: readonly (string | number)[]): NamedText | undefined;
}

/** A file that a scenario names. */
export interface NamedText {
  readonly text: string;
  /** something is wrong in it; line and column from 1 */
  refuse(at: { readonly line: number; readonly column: number }, said: RefusedText): void;
}

export interface RefusedText {
  readonly message: string;
  readonly expected?: string | undefined;
  readonly near?: string | undefined;
  readonly hint?: string | undefined;
}

/** For how long a fault can be in force. */
export interface LongestTime {
  readonly ns: number;
  /** what to do about it; `lasts` is the time that the step wants */
  hint(lasts: string): string;
}

export interface InLab<P> {
  readonly params: P;
  readonly directions?: readonly WireDirection[];
}

export type Unfolded =
  | { readonly written: Readonly<Record<string, unknown>> }
  | {
      readonly refusal: string;
      readonly path: readonly string[];
      readonly near?: string | undefined;
      readonly expected?: string;
    };

export interface LabRefusal {
  readonly refusal: string;
  /** the keys within its parameters; default: the fault as a whole */
  readonly path?: readonly (string | number)[];
  readonly hint?: string;
}

interface FaultKindBase<P> {
  readonly name: string;
  /** one sentence: what happens to the wire or the node */
  readonly about: string;
  /** the parameters as written in YAML, without the target keys (link, end, toward, direction) */
  readonly schema: z.ZodType<P>;
  /** For names in what is written that stand for more of it (a profile): all of it. Before the schema reads it. */
  unfold?(written: Readonly<Record<string, unknown>>): Unfolded;
  /** a line of YAML that works, shown by docs and `chaos list faults` */
  readonly example: string;
  /** one line for the timeline: 'delay 20ms ±5ms, loss 30% in bursts of 200ms' */
  describe(params: P): string;
  /** netem on the kernel that runs it? (host kernels may lack it) */
  needsNetem(params: P): boolean;
  /** what cannot be combined or makes no sense and is not already said by the schema; undefined when all is well */
  refuse?(params: P): string | undefined;
  /**
   * For parameters that name parts of the lab: what they mean there, or what is wrong with them. Called by the plan.
   * undefined: what is wrong has been said.
   */
  inLab?(params: P, lab: LabNames): InLab<P> | LabRefusal | undefined;
  /** it says itself where it acts (inLab gives `directions`): it has none of the keys link, end, toward, direction */
  readonly saysWhere?: true;
  /** a window in which it would be in force for longer is refused: a safeguard, or there is no more of it */
  longest?(params: P): LongestTime;
  /** what its counters are expected to show, per direction */
  asks(params: P): readonly AskedDose[];
}

/** A network fault is a value: what it wants of each wire direction. Pure. */
export interface WireFaultKind<P> extends FaultKindBase<P> {
  readonly acts: 'wire';
  /** `fault` is the name that its wants carry. With `phases`: what it wants outside of any phase */
  wants(params: P, direction: WireDirection, fault: string): readonly WireWant[];
  /**
   * For a fault that changes by itself while it is in force: when, and what it wants then. Phases are in order of
   * time, don't overlap, and lie within the span. undefined: it does not change. `random` is this fault's and
   * direction's own.
   */
  phases?(
    params: P,
    direction: WireDirection,
    fault: string,
    span: FaultSpan,
    random: RandomGenerator,
  ): readonly FaultPhase[] | undefined;
}

/** An interval of lab time, ns since ready; `toNs` is not part of it. */
export interface FaultSpan {
  readonly fromNs: number;
  readonly toNs: number;
}

export interface FaultPhase extends FaultSpan {
  /** everything that it wants during the phase, instead of `wants` */
  readonly wants: readonly WireWant[];
  /** which row of a trace it is, from 1: its edge is an event */
  readonly row?: number;
}

/** A fault that acts in a node: inject and heal, in `<kind>-run.ts`, loaded lazily by the engine. */
export interface NodeFaultKind<P> extends FaultKindBase<P> {
  readonly acts: 'node';
  /** what it acts on: interfaces (`end:`, `link:`), or nodes (`node:`) */
  readonly on: 'ends' | 'nodes';
  /** daemons that it names: every node of its target must run them */
  services?(params: P): readonly string[];
  /** what it uses of the machine that it runs on */
  needs?(): readonly NeededFile[];
  /** why it cannot be had there; undefined: it can */
  refuseWhere?(params: P, where: RunPlace): string | undefined;
  /** what is gone from the network while it is in force, with its wires: for what a plan says of its reach */
  readonly takes?: 'node' | 'end';
  /** what it wants of the wires of its nodes on top, while it is in force */
  wants?(params: P, direction: WireDirection, fault: string): readonly WireWant[];
}

/** A program or a library, and the Debian package that brings it. */
export interface NeededFile {
  readonly path: string;
  readonly package: string;
}

/** Where a run happens. */
export interface RunPlace {
  /** what makes its lab real: a key of the driver registry */
  readonly driver: string;
  readonly kernel: 'host' | 'embedded';
  readonly clock: 'real' | 'warp';
}

export type FaultKind<P> = WireFaultKind<P> | NodeFaultKind<P>;
