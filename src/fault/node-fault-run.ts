import type { StartedLab } from '../lab/lab.ts';
import type { PlannedFault } from './fault.ts';

/** A fault that acts in a node, at work. */
export interface NodeFaultInForce {
  /** what was done, and what the node shows now */
  readonly readBack: string;
  /** Undo it; again and again is the same as once. */
  heal(): Promise<void>;
}

export type InjectNodeFault = (fault: PlannedFault, lab: StartedLab) => Promise<NodeFaultInForce>;
