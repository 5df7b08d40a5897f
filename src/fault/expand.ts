import type { WireWant } from '../wire/want.ts';
import type { FaultKind, FaultPhase, FaultSpan, PlannedFault } from './fault.ts';
import { randomStream } from './random.ts';
import { faultKinds } from './registry.ts';

/** What is needed of a planned step (plan/plan.ts). */
export interface FaultStep {
  readonly id: string;
  readonly startNs: number;
  readonly endNs: number;
  /** when its faults are in force: in order, not overlapping, within the window */
  readonly active: readonly FaultSpan[];
  readonly faults: readonly PlannedFault[];
}

/** A fault that acts in a node, to be injected or healed by its kind's `-run.ts`. */
export interface NodeFault {
  readonly step: string;
  /** its name in events: `faultName(step, index)` */
  readonly fault: string;
  readonly planned: PlannedFault;
}

/** A moment at which something changes. */
export interface FaultEdge {
  /** ns since ready */
  readonly atNs: number;
  /** all that is wanted of all wires from here to the next edge; pass it to Room.schedule as it is */
  readonly wants: readonly WireWant[];
  /** steps whose window begins, and ends */
  readonly starts: readonly string[];
  readonly ends: readonly string[];
  /** steps whose faults go into force, and out of force */
  readonly on: readonly string[];
  readonly off: readonly string[];
  readonly inject: readonly NodeFault[];
  readonly heal: readonly NodeFault[];
}

/** `<step>` for the only fault of a step, else `<step>#<index>`. */
export function faultName(
  step: { readonly id: string; readonly faults: readonly unknown[] },
  index: number,
): string {
  return step.faults.length === 1 ? step.id : `${step.id}#${index}`;
}

/** The step and the index of the fault in it. */
export function parseFaultName(fault: string): { readonly step: string; readonly index: number } {
  const found = /^(.*)#(\d+)$/su.exec(fault);
  if (found === null) return { step: fault, index: 0 };
  return { step: found[1] ?? '', index: Number(found[2]) };
}

/**
 * Every edge of a timeline, in order of time. Edges without a step's start, end, on or off are those of a fault that
 * changes while it is in force (a burst begins or ends).
 */
export function edgesOf(steps: readonly FaultStep[], seed: number): readonly FaultEdge[] {
  const timeline = new Timeline();
  for (const step of steps) {
    timeline.at(step.startNs).starts.push(step.id);
    timeline.at(step.endNs).ends.push(step.id);
    for (const span of step.active.filter(({ fromNs, toNs }) => toNs > fromNs)) {
      timeline.at(span.fromNs).on.push(step.id);
      timeline.at(span.toNs).off.push(step.id);
    }
    for (const [index, fault] of step.faults.entries()) {
      addFault(timeline, step, fault, index, seed);
    }
  }
  return timeline.edges();
}

function addFault(
  timeline: Timeline,
  step: FaultStep,
  planned: PlannedFault,
  index: number,
  seed: number,
): void {
  const kind = kindOf(planned);
  const fault = faultName(step, index);
  const spans = step.active.filter(({ fromNs, toNs }) => toNs > fromNs);
  if (kind.acts === 'node') {
    const act: NodeFault = { step: step.id, fault, planned };
    for (const { fromNs, toNs } of spans) {
      timeline.at(fromNs).inject.push(act);
      timeline.at(toNs).heal.push(act);
    }
    return;
  }
  for (const direction of planned.target.directions) {
    const random = randomStream(seed, step.id, String(index), direction.link, direction.direction);
    for (const span of spans) {
      const phases = kind.phases?.(planned.params, direction, fault, span, random);
      const steady = kind.wants(planned.params, direction, fault);
      for (const part of withGaps(span, phases ?? [], steady)) timeline.want(part);
    }
  }
}

function kindOf(planned: PlannedFault): FaultKind<unknown> {
  const kind = Object.hasOwn(faultKinds, planned.kind) ? faultKinds[planned.kind] : undefined;
  if (kind === undefined) throw new Error(`no fault kind ${planned.kind}`);
  return kind;
}

/** The span, cut into its phases and what is between them. */
function withGaps(
  span: FaultSpan,
  phases: readonly FaultPhase[],
  between: readonly WireWant[],
): readonly FaultPhase[] {
  const parts: FaultPhase[] = [];
  let at = span.fromNs;
  for (const phase of phases) {
    if (phase.fromNs > at) parts.push({ fromNs: at, toNs: phase.fromNs, wants: between });
    parts.push(phase);
    at = phase.toNs;
  }
  if (at < span.toNs) parts.push({ fromNs: at, toNs: span.toNs, wants: between });
  return parts;
}

interface Moment {
  readonly starts: string[];
  readonly ends: string[];
  readonly on: string[];
  readonly off: string[];
  readonly inject: NodeFault[];
  readonly heal: NodeFault[];
  /** parts that begin and that end here */
  readonly begin: FaultPhase[];
  readonly over: FaultPhase[];
}

class Timeline {
  readonly #moments = new Map<number, Moment>();

  at(ns: number): Moment {
    let moment = this.#moments.get(ns);
    if (moment === undefined) {
      moment = { starts: [], ends: [], on: [], off: [], inject: [], heal: [], begin: [], over: [] };
      this.#moments.set(ns, moment);
    }
    return moment;
  }

  want(part: FaultPhase): void {
    this.at(part.fromNs).begin.push(part);
    this.at(part.toNs).over.push(part);
  }

  edges(): readonly FaultEdge[] {
    const inForce = new Set<FaultPhase>();
    const edges: FaultEdge[] = [];
    for (const atNs of [...this.#moments.keys()].sort((a, b) => a - b)) {
      const moment = this.at(atNs);
      for (const part of moment.over) inForce.delete(part);
      for (const part of moment.begin) inForce.add(part);
      const { starts, ends, on, off, inject, heal } = moment;
      const wants = [...inForce].flatMap((part) => part.wants);
      edges.push({ atNs, wants, starts, ends, on, off, inject, heal });
    }
    return edges;
  }
}
