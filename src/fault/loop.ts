import { z } from 'zod';
import { endpointName, isBridge, type Topology, type TopologyLink } from '../lab/topology.ts';
import { nearName } from '../scenario/near-name.ts';
import type { WireDirection } from '../wire/want.ts';
import type { InLab, LabRefusal, WireFaultKind } from './fault.ts';
import { refuseFast, ringLinks } from './layer-two.ts';

export interface LoopParams {
  readonly join?: readonly [string, string];
  readonly deaf?: string;
  /** what the plan has made of it */
  readonly inLab?: LoopInLab;
}

type LoopInLab =
  | { readonly type: 'join'; readonly cable: readonly (readonly [WireDirection, WireDirection])[] }
  | { readonly type: 'deaf' };

const port = z.string().regex(/^[^:]+:[^:]+$/, 'expected a port such as sw1:eth3');

const schema: z.ZodType<LoopParams> = z
  .strictObject({
    join: z
      .array(port)
      .length(2, 'a cable has two ends')
      .optional()
      .describe(
        'two ports of switches: what one sends the other hears too, both ways, as if somebody had put a cable between them; what is connected to them stays so',
      ),
    deaf: port
      .optional()
      .describe(
        'a port of a switch that hears no BPDUs any more: where it is blocked, it will open',
      ),
  })
  .superRefine((given, context) => {
    if ((given.join === undefined) === (given.deaf === undefined)) {
      context.addIssue({
        code: 'custom',
        message: "give either join: ['sw1:eth3', 'sw2:eth3'] or deaf: 'sw3:eth3'",
      });
    }
  })
  .transform(({ join, deaf }): LoopParams => {
    const [first, second] = join ?? [];
    return {
      ...(first !== undefined && second !== undefined && { join: [first, second] as const }),
      ...(deaf !== undefined && { deaf }),
    };
  });

/** What makes a loop of a network of switches: a cable too many, or a port that does not hear of the others. */
export const loop: WireFaultKind<LoopParams> = {
  name: 'loop',
  acts: 'wire',
  about:
    'A way for frames to go round: two ports of switches are joined, or a port stops hearing BPDUs. Spanning tree may prevent the first, and the second prevents spanning tree.',
  schema,
  example: "loop: { join: ['sw-a:eth1', 'sw-b:eth2'] }",
  saysWhere: true,
  describe: ({ join, deaf }) =>
    join === undefined ? `${deaf ?? ''} hears no BPDUs` : `a cable between ${join.join(' and ')}`,
  needsNetem: () => false,
  inLab: (params, { topology }) => inLab(params, topology),
  asks: ({ join }) =>
    join === undefined ? [{ quantity: 'loss', ratio: 1 }] : [{ quantity: 'joined' }],
  wants({ inLab: found }, at, fault) {
    const { link, direction } = at;
    if (found?.type === 'deaf') {
      return [{ kind: 'drop', link, direction, fault, match: { protocol: 'bpdu' }, ratio: 1 }];
    }
    const way = found?.cable.find(([from]) => from.link === link && from.direction === direction);
    return way === undefined ? [] : [{ kind: 'join', link, direction, fault, to: way[1] }];
  },
};

interface Port {
  readonly link: TopologyLink;
  /** what it sends */
  readonly out: WireDirection;
  /** what it hears */
  readonly into: WireDirection;
}

function inLab(params: LoopParams, topology: Topology): InLab<LoopParams> | LabRefusal {
  const { join, deaf } = params;
  if (join === undefined) {
    const found = portOf(deaf ?? '', ['deaf'], topology);
    if ('refusal' in found) return found;
    const refusal = refuseFast(ringLinks(topology));
    if (refusal !== undefined) return { refusal };
    return { params: { ...params, inLab: { type: 'deaf' } }, directions: [found.into] };
  }
  const first = portOf(join[0], ['join', 0], topology);
  if ('refusal' in first) return first;
  const second = portOf(join[1], ['join', 1], topology);
  if ('refusal' in second) return second;
  if (first.link === second.link) {
    return { refusal: `${join[0]} and ${join[1]} are the two ends of ${first.link.id} already` };
  }
  const refusal = refuseFast([first.link, second.link, ...ringLinks(topology)]);
  if (refusal !== undefined) return { refusal };
  const cable = [
    [first.out, second.into],
    [second.out, first.into],
  ] as const;
  return {
    params: { ...params, inLab: { type: 'join', cable } },
    directions: [first.out, second.out],
  };
}

function portOf(
  text: string,
  path: readonly (string | number)[],
  { links, nodes }: Topology,
): Port | LabRefusal {
  const link = links.find(({ a, b }) => endpointName(a) === text || endpointName(b) === text);
  if (link === undefined) {
    const near = nearName(text, links.flatMap(({ a, b }) => [endpointName(a), endpointName(b)])); // prettier-ignore
    const hint = near === undefined ? undefined : `did you mean ${near}?`;
    return { refusal: `there is no port '${text}' in the lab`, path, ...(hint && { hint }) };
  }
  const isA = endpointName(link.a) === text;
  const name = (isA ? link.a : link.b).node;
  if (!nodes.some((node) => node.name === name && isBridge(node))) {
    return { refusal: `${name} is no switch: frames do not go on from there`, path };
  }
  const way = (direction: WireDirection['direction']): WireDirection => ({
    link: link.id,
    direction,
  });
  return { link, out: way(isA ? 'a>b' : 'b>a'), into: way(isA ? 'b>a' : 'a>b') };
}
