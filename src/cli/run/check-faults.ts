import { existsSync, readFileSync } from 'node:fs';
import { ChaosError, type Problem } from '../../errors.ts';
import type { NodeFaultKind, RunPlace } from '../../fault/fault.ts';
import { faultKinds } from '../../fault/registry.ts';
import type { Topology, TopologyNode } from '../../lab/topology.ts';
import type { Plan, PlannedStep } from '../../plan/plan.ts';
import type { NeededByFault } from '../../kernel/doctor.ts';
import { nearName } from '../../scenario/near-name.ts';
import { images } from '../../service/registry.ts';

interface NodeFault {
  readonly step: PlannedStep;
  readonly kind: NodeFaultKind<unknown>;
  readonly params: unknown;
  readonly nodes: readonly string[];
}

function nodeFaultsOf(plan: Plan): readonly NodeFault[] {
  return plan.steps.flatMap((step) =>
    step.faults.flatMap(({ kind: name, params, target }): NodeFault[] => {
      const kind = faultKinds[name];
      if (kind?.acts !== 'node') return [];
      return [{ step, kind, params, nodes: target.nodes ?? [] }];
    }),
  );
}

/**
 * Faults that name daemons name such as their nodes run, known by what their images start.
 * @throws ChaosError 'invalid' with every place
 */
export function checkFaultServices(plan: Plan): void {
  const problems = nodeFaultsOf(plan).flatMap(({ step, kind, params, nodes }): Problem[] =>
    nodes.flatMap((name) => {
      const known = servicesOf(name, plan.topology);
      const missing = (kind.services?.(params) ?? []).filter((each) => !known.includes(each));
      return missing.map((service): Problem => {
        const near = nearName(service, known);
        return {
          position: step.position,
          message: `step '${step.id}' (${kind.name}): node '${name}' has no service '${service}'`,
          expected: known.length === 0 ? 'a node that runs daemons' : `one of ${known.join(', ')}`,
          ...(near !== undefined && { near }),
        };
      });
    }),
  );
  if (problems.length === 0) return;
  const n = problems.length === 1 ? 'a problem' : `${String(problems.length)} problems`;
  throw new ChaosError('invalid', `${n} in ${plan.file}`, { problems });
}

/** What a node's image starts, given the files that the lab binds into it; of a lab that runs already what it runs. */
export function servicesOf(name: string, topology: Topology): readonly string[] {
  const running = topology.attached?.nodes.find((each) => each.name === name);
  if (running !== undefined) return running.programs;
  const node = topology.nodes.find((each) => each.name === name);
  const image = node && images[node.mappedImage];
  if (node === undefined || image === undefined) return [];
  const links = topology.links.filter(({ a, b }) => a.node === name || b.node === name);
  const start = image.start(node, links, (path) => boundText(node, path));
  return start.services.map((service) => service.name);
}

function boundText({ binds }: TopologyNode, path: string): string | undefined {
  const bind = binds.find(
    ({ target }) => target === path || path.startsWith(`${target.replace(/\/$/u, '')}/`),
  );
  if (bind === undefined) return undefined;
  const source = bind.source + path.slice(bind.target.replace(/\/$/u, '').length);
  return existsSync(source) ? readFileSync(source, 'utf8') : undefined;
}

/**
 * What the faults use of this machine, and whether they can be had on this kernel with this clock.
 * @throws ChaosError 'cannot-run-here' with every reason
 */
export function checkFaultNeeds(plan: Plan, where?: RunPlace): void {
  const faults = nodeFaultsOf(plan);
  const missing = faults.flatMap(({ step, kind }) =>
    (kind.needs?.() ?? [])
      .filter(({ path }) => !existsSync(path))
      .map((file) => ({ ...file, why: `step '${step.id}': ${kind.name} needs ${file.path}` })),
  );
  const refused = faults.flatMap(({ step, kind, params }) => {
    const reason = where && kind.refuseWhere?.(params, where);
    return reason === undefined ? [] : [`step '${step.id}': ${kind.name} ${reason}`];
  });
  const reasons = [...new Set([...missing.map(({ why }) => why), ...refused])];
  if (reasons.length === 0) return;
  const packages = [...new Set(missing.map((file) => file.package))];
  throw new ChaosError('cannot-run-here', reasons.join('; '), {
    ...(packages.length > 0 && {
      hint: `apt-get install --no-install-recommends ${packages.join(' ')}`,
    }),
  });
}

/** Every file that a kind of fault may use: for `chaos doctor`. */
export function filesOfFaults(): readonly NeededByFault[] {
  return Object.values(faultKinds).flatMap((kind) => {
    if (kind.acts !== 'node') return [];
    return (kind.needs?.() ?? []).map((file) => ({ ...file, fault: kind.name }));
  });
}
