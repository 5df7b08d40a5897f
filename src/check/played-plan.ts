import type { PlannedStep } from '../plan/plan.ts';
import type { RunEvent, TargetNamed } from '../run/events.ts';
import type { RunFile } from '../run/run-file.ts';

/** The run with the targets that its signals have named: what is judged and shown is what was acted on. */
export function playedRun(run: RunFile, events: readonly RunEvent[]): RunFile {
  const named = new Map<string, TargetNamed>();
  for (const event of events) {
    if (event.type === 'target') named.set(`${event.step} ${String(event.fault)}`, event);
  }
  if (named.size === 0) return run;
  const steps = run.plan.steps.map((step) => played(step, named));
  return { ...run, plan: { ...run.plan, steps } };
}

function played(step: PlannedStep, named: ReadonlyMap<string, TargetNamed>): PlannedStep {
  const faults = step.faults.map((fault, index) => {
    const found = named.get(`${step.id} ${String(index)}`);
    if (found === undefined || fault.live === undefined) return fault;
    const { directions, endpoints, nodes } = found;
    return { ...fault, target: { directions, endpoints, ...(nodes && { nodes }) } };
  });
  return { ...step, faults };
}
