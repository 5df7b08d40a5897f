import type { StartedLab } from '../lab/lab.ts';
import type { PlannedFault } from './fault.ts';
import type { InjectNodeFault, NodeFaultInForce } from './node-fault-run.ts';

/** What acts, by kind; loaded when it is needed. */
const nodeFaults: Readonly<Record<string, () => Promise<InjectNodeFault>>> = {
  'admin-down': async () => (await import('./admin-down-run.ts')).injectAdminDown,
};

/** Inject a fault that acts in a node. When it cannot be done whole, what was done is undone before this rejects. */
export async function startNodeFault(
  fault: PlannedFault,
  lab: StartedLab,
): Promise<NodeFaultInForce> {
  const load = Object.hasOwn(nodeFaults, fault.kind) ? nodeFaults[fault.kind] : undefined;
  if (load === undefined) throw new Error(`${fault.kind} does not act in a node`);
  const inject = await load();
  return inject(fault, lab);
}
