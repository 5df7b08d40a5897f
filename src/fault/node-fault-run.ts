import type { StartedLab, StartedNode } from '../lab/lab.ts';
import type { UndoScope } from '../undo/journal.ts';
import type { PlannedFault } from './fault.ts';

/** What a fault that acts in nodes gets from the engine. */
export interface NodeFaultContext {
  readonly fault: PlannedFault;
  readonly lab: StartedLab;
  /** whatever it does to a node is a step of this: journaled, and undone from there */
  readonly undo: UndoScope;
  /** the run is over: no more acts, no more waiting */
  readonly signal: AbortSignal;
  /** lab ns, on the clock of the room */
  readonly now: () => number;
}

/**
 * Bring the fault into force. Gives what the nodes show then, as read back from them, for people:
 * 'r1: ospfd (pid 42) ended by SIGKILL'. Rejects when it cannot be done whole; what was done is then undone.
 */
export type InjectNodeFault = (context: NodeFaultContext) => Promise<string>;

/** The nodes of a fault, in the order of the lab. */
export function nodesOf({ fault, lab }: NodeFaultContext): readonly StartedNode[] {
  return (fault.target.nodes ?? []).map((name) => lab.node(name));
}
