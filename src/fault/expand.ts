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
  /** why there is nothing to inject: its edges are there, and do nothing */
  readonly nothing?: string;
}

/** A moment at which something changes. */
export interface TimelineEdge {
  /** ns since ready */
  readonly atNs: number;
  /** all that is wanted of all wires from here to the next edge: Room.schedule takes it as it is */
  readonly wants: readonly WireWant[];
  /** what this means for steps, in order: off, end, start, on. None: a fault changes while it is in force (a burst) */
  readonly changes: readonly StepChange[];
  /** faults that act in nodes: heal (`on` false) first, then inject */
  readonly node: readonly NodeChange[];
}

export interface StepChange {
  readonly step: string;
  /** start, end: of the step's window; on, off: of its faults; row: the next one of a trace */
  readonly edge: 'start' | 'on' | 'off' | 'end' | 'row';
  /** of a row: which one, from 1, of which of the step's faults */
  readonly row?: number;
  readonly fault?: number;
  /** of a start: the step as it was placed */
  readonly placed?: FaultStep;
}

export interface NodeChange {
  /** the fault's name (faultName) */
  readonly id: string;
  readonly fault: PlannedFault;
  readonly on: boolean;
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
export function edgesOf(steps: readonly FaultStep[], seed: number): readonly TimelineEdge[] {
  const timeline = new Timeline();
  for (const step of steps) {
    timeline.change(step.startNs, { step: step.id, edge: 'start', placed: step });
    timeline.change(step.endNs, { step: step.id, edge: 'end' });
    for (const span of step.active.filter(({ fromNs, toNs }) => toNs > fromNs)) {
      timeline.change(span.fromNs, { step: step.id, edge: 'on' });
      timeline.change(span.toNs, { step: step.id, edge: 'off' });
    }
    if (step.nothing !== undefined) continue;
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
    for (const { fromNs, toNs } of spans) {
      timeline.node(fromNs, { id: fault, fault: planned, on: true });
      timeline.node(toNs, { id: fault, fault: planned, on: false });
      for (const direction of planned.target.directions) {
        const wants = kind.wants?.(planned.params, direction, fault) ?? [];
        timeline.want({ fromNs, toNs, wants });
      }
    }
    return;
  }
  for (const direction of planned.target.directions) {
    const random = randomStream(seed, step.id, String(index), direction.link, direction.direction);
    for (const span of spans) {
      const phases = kind.phases?.(planned.params, direction, fault, span, random);
      const steady = kind.wants(planned.params, direction, fault);
      for (const part of withGaps(span, phases ?? [], steady)) {
        timeline.want(part);
        if (part.row !== undefined) timeline.row(part.fromNs, step.id, index, part.row);
      }
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
  readonly changes: StepChange[];
  readonly node: NodeChange[];
  /** parts that begin and that end here */
  readonly begin: FaultPhase[];
  readonly over: FaultPhase[];
}

const ORDER: readonly StepChange['edge'][] = ['off', 'end', 'start', 'on', 'row'];

class Timeline {
  readonly #moments = new Map<number, Moment>();

  change(ns: number, change: StepChange): void {
    this.#at(ns).changes.push(change);
  }

  /** The same row in several directions is one change. */
  row(ns: number, step: string, fault: number, row: number): void {
    const { changes } = this.#at(ns);
    const isThere = changes.some((each) => each.step === step && each.fault === fault);
    if (!isThere) changes.push({ step, edge: 'row', row, fault });
  }

  node(ns: number, change: NodeChange): void {
    this.#at(ns).node.push(change);
  }

  want(part: FaultPhase): void {
    this.#at(part.fromNs).begin.push(part);
    this.#at(part.toNs).over.push(part);
  }

  edges(): readonly TimelineEdge[] {
    const inForce = new Set<FaultPhase>();
    const edges: TimelineEdge[] = [];
    for (const atNs of [...this.#moments.keys()].sort((a, b) => a - b)) {
      const { changes, node, begin, over } = this.#at(atNs);
      for (const part of over) inForce.delete(part);
      for (const part of begin) inForce.add(part);
      edges.push({
        atNs,
        wants: [...inForce].flatMap((part) => part.wants),
        changes: changes.sort((a, b) => ORDER.indexOf(a.edge) - ORDER.indexOf(b.edge)),
        node: node.sort((a, b) => Number(a.on) - Number(b.on)),
      });
    }
    return edges;
  }

  #at(ns: number): Moment {
    let moment = this.#moments.get(ns);
    if (moment === undefined) {
      moment = { changes: [], node: [], begin: [], over: [] };
      this.#moments.set(ns, moment);
    }
    return moment;
  }
}
