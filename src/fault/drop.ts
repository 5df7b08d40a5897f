import { z } from 'zod';
import { formatQuantity, ratio } from '../scenario/units.ts';
import type { FrameClass } from '../wire/want.ts';
import type { WireFaultKind } from './fault.ts';
import {
  describeFrameClass,
  frameClassKeys,
  frameClassOf,
  isEveryFrame,
  refuseFrameClass,
} from './frame-class.ts';

export interface DropParams {
  readonly match: FrameClass;
  readonly ratio: number;
}

const schema: z.ZodType<DropParams> = z
  .strictObject({
    ...frameClassKeys,
    ratio: ratio().default(1).describe('of the frames of the class, each for itself'),
  })
  .transform((given, context): DropParams => {
    const params = { match: frameClassOf(given), ratio: given.ratio };
    const refusal = refuse(params);
    if (refusal !== undefined) context.addIssue({ code: 'custom', message: refusal });
    return params;
  });

function refuse({ match, ratio: share }: DropParams): string | undefined {
  if (isEveryFrame(match)) {
    return share === 1
      ? 'names no frames (protocol, flow, larger-than); to drop all of them write black-hole'
      : 'names no frames (protocol, flow, larger-than); to lose some of all write impair: {loss: 30%}';
  }
  return refuseFrameClass(match);
}

export const drop: WireFaultKind<DropParams> = {
  name: 'drop',
  acts: 'wire',
  about:
    'Frames of a class vanish on the wire, all of them or a share; everything else passes. An MTU hole is larger-than.',
  schema,
  example: 'drop: { link: dci, protocol: vrrp, ratio: 30% }',
  describe({ match, ratio: share }) {
    const part = share === 1 ? '' : `${formatQuantity({ dimension: 'ratio', value: share })} of `;
    return `drop ${part}${describeFrameClass(match)}`;
  },
  needsNetem: () => false,
  asks: ({ ratio: share }) => [{ quantity: 'loss', ratio: share }],
  wants: ({ match, ratio: share }, { link, direction }, fault) => [
    { kind: 'drop', link, direction, fault, match, ratio: share },
  ],
};
