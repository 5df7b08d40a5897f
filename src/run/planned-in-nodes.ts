import { clockSkew, skewEnvironment, type ClockSkewParams } from '../fault/clock-skew.ts';
import { exec, type ExecParams } from '../fault/exec.ts';
import type { PlannedFault } from '../fault/fault.ts';
import type { LabContext } from '../lab/lab.ts';
import type { EngineFile } from './engine-file.ts';

/** What the steps of a run will do in its nodes, as far as these must be raised for it. */
export function plannedInNodes({
  plan,
  noFaults,
}: Pick<EngineFile, 'plan' | 'noFaults'>): Required<
  Pick<LabContext, 'environmentOf' | 'commandsIn'>
> {
  const faults = plan.steps.flatMap((step) => step.faults);
  return {
    // a clock can be skewed only in a daemon that was started for it
    environmentOf: (node, service) => {
      const isSkewed = faults.some(
        (fault) =>
          fault.kind === clockSkew.name &&
          actsIn(fault, node) &&
          (fault.params as ClockSkewParams).service === service,
      );
      return isSkewed ? skewEnvironment(service) : {};
    },
    commandsIn: (node) => {
      if (noFaults) return [];
      const acts = plan.steps.flatMap(({ act }) => (act?.node === node ? [act.argv] : []));
      const own = faults
        .filter((fault) => fault.kind === exec.name && actsIn(fault, node))
        .flatMap(({ params }) => {
          const { argv, undo } = params as ExecParams;
          return [argv, undo];
        });
      return [...acts, ...own];
    },
  };
}

/** What a signal will name may be any of its choices. */
function actsIn({ target, live }: PlannedFault, node: string): boolean {
  const targets = [target, ...Object.values(live?.choices ?? {})];
  return targets.some(({ nodes = [] }) => nodes.includes(node));
}
