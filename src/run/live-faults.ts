import type { FaultStep } from '../fault/expand.ts';
import type { PlannedFault } from '../fault/fault.ts';
import type { PlannedStep } from '../plan/plan.ts';
import type { SignalBoard } from './signal-board.ts';

export type ResolvedFaults = Pick<FaultStep, 'faults' | 'nothing'>;

/** The faults of a step on what signals name now; one that acts on nothing keeps the others from being injected. */
export function resolveFaults({ faults }: PlannedStep, board: SignalBoard): ResolvedFaults {
  const resolved: PlannedFault[] = [];
  for (const fault of faults) {
    const { live } = fault;
    if (live === undefined) {
      resolved.push(fault);
      continue;
    }
    const value = board.get(live.signal);
    const target = typeof value === 'string' ? live.choices[value] : undefined;
    if (target === undefined) {
      const was = value === null ? 'not known' : String(value);
      return { faults, nothing: `${live.signal} was ${was}, which is nothing in the lab` };
    }
    resolved.push({ ...fault, target });
  }
  return { faults: resolved };
}

export function hasLiveTarget({ faults }: PlannedStep): boolean {
  return faults.some(({ live }) => live !== undefined);
}
