import { faultName } from '../fault/expand.ts';
import type { FaultKind, PlannedFault } from '../fault/fault.ts';
import { endpointName, type AttachedLab, type Topology } from '../lab/topology.ts';
import { asksForNetem } from '../wire/compose.ts';
import type { WireWant } from '../wire/want.ts';
import type { PlannedStep } from './plan.ts';
import type { PlanContext } from './plan-context.ts';

/** Why a want of a wire cannot be had where both ends of a link are the nodes' own. */
const BARRED: Readonly<Partial<Record<WireWant['kind'], string>>> = {
  carrier:
    'takes the carrier of a node from outside, and both ends of this link are nodes (admin-down takes it down inside)',
  send: 'puts frames on the wire, and here only a node could send them',
  join: 'joins wires, and here no wire passes through us',
};

/** Where a run on a lab that runs already happens. */
const PLACE = { driver: 'attach', kernel: 'host', clock: 'real' } as const;

/** Refuse what cannot be had of a lab that runs already, and where this one does not allow it; by name, with why. */
export function refuseInAttached(
  { topology, kinds, problems }: PlanContext,
  steps: readonly PlannedStep[],
): void {
  const { attached } = topology;
  if (attached === undefined) return;
  for (const step of steps) {
    const reasons = step.faults.flatMap((fault, index) => {
      const kind = kinds.faults[fault.kind];
      if (kind === undefined) return [];
      const why = refusals(kind, fault, faultName(step, index), { topology, attached });
      return why.map((each) => `${fault.kind} ${each}`);
    });
    for (const reason of new Set(reasons)) {
      problems.addAt(step.position, `step '${step.id}': in lab '${attached.lab}', ${reason}`);
    }
  }
}

function refusals(
  kind: FaultKind<unknown>,
  fault: PlannedFault,
  name: string,
  lab: { readonly topology: Topology; readonly attached: AttachedLab },
): readonly string[] {
  const targets = [fault.target, ...Object.values(fault.live?.choices ?? {})];
  const own = kind.acts === 'node' ? (kind.refuseWhere?.(fault.params, PLACE) ?? null) : null;
  const gone = targets
    .flatMap(({ nodes = [], endpoints }) => [
      ...nodes,
      ...endpoints.map((end) => end.split(':')[0]),
    ])
    .filter((node) => !lab.attached.nodes.some((each) => each.name === node))
    .map((node) => `acts in '${String(node)}', which is no container`);
  const directions = targets.flatMap((target) => target.directions);
  const wants = directions.flatMap((at) => kind.wants?.(fault.params, at, name) ?? []);
  return [
    ...(own === null ? [] : [own]),
    ...gone,
    ...wants.flatMap((want) => BARRED[want.kind] ?? limitOf(want, lab) ?? []),
  ];
}

function limitOf(
  want: WireWant,
  { topology, attached }: { readonly topology: Topology; readonly attached: AttachedLab },
): string | undefined {
  const link = topology.links.find(({ id }) => id === want.link);
  if (link === undefined) return undefined;
  const end = endpointName(want.direction === 'a>b' ? link.a : link.b);
  const needsQueue = want.kind === 'impair' && asksForNetem(want.impairment);
  const limit = attached.limits.find(
    (each) => each.end === end && (each.bars === 'all' || needsQueue),
  );
  if (limit === undefined) return undefined;
  return limit.bars === 'queue'
    ? `needs a queueing discipline where ${link.id} leaves ${end}: ${limit.why}`
    : `acts on ${link.id}: ${limit.why}`;
}
