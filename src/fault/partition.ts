import { z } from 'zod';
import type { AskedDose, WireDirection, WireWant } from '../wire/want.ts';
import type { InLab, LabNames, LabRefusal, WireFaultKind } from './fault.ts';
import { apart, divide, DIVISIONS, FEWEST, only, shuffled } from './partition-sides.ts';
import type { Deafness, Division } from './partition-sides.ts';
import { silences, type Silence } from './partition-wires.ts';

export interface PartitionParams {
  readonly groups?: readonly (readonly string[])[];
  readonly of?: readonly string[];
  readonly into?: Division;
  readonly middle?: string;
  readonly shuffle?: boolean;
  readonly toward?: string;
  /** what the plan has made of it: who does not hear whom, and what that is on the wires */
  readonly inLab?: {
    readonly deaf: readonly (readonly [hearer: string, unheard: readonly string[]])[];
    readonly silences: readonly Silence[];
  };
}

const names = z
  .union([z.string().transform((name) => [name]), z.array(z.string()).min(1)])
  .describe('a node, a group, a selector, or a list of them');

const schema: z.ZodType<PartitionParams> = z
  .strictObject({
    groups: z
      .array(names)
      .min(2, 'a partition has two sides or more')
      .optional()
      .describe('the sides: nodes, groups, selectors, or lists of them; none hears another'),
    of: names.optional().describe('instead of groups: the nodes that are divided, in this order'),
    into: z
      .enum(DIVISIONS)
      .optional()
      .describe(
        'of `of`: two halves; a majority and the largest minority; a bridge (two halves, and one node that hears both); a ring (each hears a majority, no two the same); singles',
      ),
    middle: z.string().optional().describe('of a bridge: the node that hears both halves'),
    shuffle: z
      .boolean()
      .optional()
      .describe('divide `of` in an order that the seed chooses, not in the order given'),
    toward: z
      .string()
      .optional()
      .describe('one way: only these nodes (a node, a group, a selector) do not hear the others'),
  })
  .superRefine((given, context) => {
    const refuse = (path: string[], message: string): void => {
      context.addIssue({ code: 'custom', path, message });
    };
    if ((given.groups === undefined) === (given.of === undefined)) {
      refuse([], 'give either groups: [east, west] or of: cluster with into: halves');
    }
    if (given.of !== undefined && given.into === undefined) {
      refuse(['of'], `does not say into what; into: ${DIVISIONS.join(', ')}`);
    }
    for (const key of ['into', 'shuffle'] as const) {
      if (given.groups !== undefined && given[key] !== undefined) {
        refuse([key], 'goes with `of`: groups are divided already');
      }
    }
    if (given.middle !== undefined && given.into !== 'bridge') {
      refuse(['middle'], 'goes with into: bridge');
    }
  })
  .transform((given): PartitionParams => ({
    ...(given.groups !== undefined && { groups: given.groups }),
    ...(given.of !== undefined && { of: given.of }),
    ...(given.into !== undefined && { into: given.into }),
    ...(given.middle !== undefined && { middle: given.middle }),
    ...(given.shuffle !== undefined && { shuffle: given.shuffle }),
    ...(given.toward !== undefined && { toward: given.toward }),
  }));

/** Groups of nodes that don't hear each other, whatever the shape of the network between them. */
export const partition: WireFaultKind<PartitionParams> = {
  name: 'partition',
  acts: 'wire',
  about:
    'Nodes of different sides do not hear each other, on all wires at once; carrier stays. Wires between two sides are cut; behind a switch that takes no part frames vanish by their source address.',
  schema,
  example: 'partition: { groups: [east, west] }',
  saysWhere: true,
  describe,
  needsNetem: () => false,
  inLab,
  asks,
  wants: ({ inLab: found }, { link, direction }, fault) => {
    const own = found?.silences.find((one) => one.link === link && one.direction === direction);
    return own === undefined ? [] : [wantOf(own, fault)];
  },
};

function wantOf({ link, direction, from }: Silence, fault: string): WireWant {
  if (from === null) return { kind: 'cut', link, direction, fault };
  return { kind: 'drop', link, direction, fault, match: { sourceMacs: from }, ratio: 1 };
}

function asks({ inLab: found }: PartitionParams): readonly AskedDose[] {
  const all = found?.silences ?? [{ from: null }, { from: [] }];
  return [
    ...(all.some(({ from }) => from === null) ? [{ quantity: 'cut' } as const] : []),
    ...(all.some(({ from }) => from !== null) ? [{ quantity: 'loss', ratio: 1 } as const] : []),
  ];
}

function inLab(
  params: PartitionParams,
  lab: LabNames,
): InLab<PartitionParams> | LabRefusal | undefined {
  const deafness = params.groups === undefined ? divided(params, lab) : sidesOf(params.groups, lab);
  if (deafness === undefined || 'refusal' in deafness) return deafness;
  const members = [...deafness.keys()];
  let deaf: Deafness = deafness;
  if (params.toward !== undefined) {
    const hearers = lab.nodes(params.toward, ['toward']);
    if (hearers === undefined) return undefined;
    const stranger = hearers.find((node) => !members.includes(node));
    if (stranger !== undefined) {
      return { refusal: `${stranger} is on no side of the partition`, path: ['toward'] };
    }
    deaf = only(deafness, hearers);
  }
  const found = silences(deaf, members, lab.topology);
  if ('router' in found) {
    const { hearer, speaker, router } = found;
    return {
      refusal: `${hearer} also hears ${speaker} through ${router}, which is on no side`,
      hint: `name ${router} on one of the sides: behind a router frames don't tell on a wire who sent them`,
    };
  }
  if (found.length === 0) return { refusal: 'no wire leads from one side to another' };
  const directions: WireDirection[] = found.map(({ link, direction }) => ({ link, direction }));
  const pairs = [...deaf]
    .filter(([, unheard]) => unheard.size > 0)
    .map(([hearer, unheard]) => [hearer, [...unheard]] as const);
  return { params: { ...params, inLab: { deaf: pairs, silences: found } }, directions };
}

function sidesOf(
  groups: readonly (readonly string[])[],
  lab: LabNames,
): Deafness | LabRefusal | undefined {
  const taken = new Map<string, number>();
  const sides: (readonly string[])[] = [];
  for (const [index, group] of groups.entries()) {
    const nodes = membersOf(group, ['groups', index], lab);
    if (nodes === undefined) return undefined;
    for (const node of nodes) {
      if (taken.has(node)) {
        const path = ['groups', index];
        return {
          refusal: `${node} is on two sides`,
          path,
          hint: 'a node that hears both sides: into: bridge',
        };
      }
      taken.set(node, index);
    }
    sides.push(nodes);
  }
  return apart(sides);
}

function divided(
  { of = [], into = 'halves', middle, shuffle }: PartitionParams,
  lab: LabNames,
): Deafness | LabRefusal | undefined {
  const given = membersOf(of, ['of'], lab);
  if (given === undefined) return undefined;
  if (given.length < FEWEST[into]) {
    const refusal = `${String(given.length)} nodes cannot be divided into ${into}; at least ${String(FEWEST[into])}`;
    return { refusal, path: ['of'] };
  }
  if (middle !== undefined && !given.includes(middle)) {
    return { refusal: `${middle} is none of the nodes that are divided`, path: ['middle'] };
  }
  return divide(shuffle === true ? shuffled(given, lab.random) : given, into, middle);
}

function membersOf(
  list: readonly string[],
  at: readonly (string | number)[],
  lab: LabNames,
): readonly string[] | undefined {
  const found = list.map((name, index) => lab.nodes(name, list.length === 1 ? at : [...at, index]));
  const nodes = found.filter((each) => each !== undefined).flat();
  return found.includes(undefined) ? undefined : [...new Set(nodes)];
}

function describe({ groups, of = [], into, toward, inLab: found }: PartitionParams): string {
  const way = toward === undefined ? '' : `, only toward ${toward}`;
  if (groups !== undefined) return groups.map((side) => side.join(' ')).join(' | ') + way;
  const who = of.join(' ');
  const deaf = found?.deaf.map(([hearer, unheard]) => `${hearer} ✗ ${unheard.join(' ')}`) ?? [];
  const detail = deaf.length === 0 ? '' : ` (${deaf.join(', ')})`;
  return `${who} into ${into ?? 'halves'}${detail}${way}`;
}
