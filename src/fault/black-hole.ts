import { z } from 'zod';
import type { WireFaultKind } from './fault.ts';

const schema: z.ZodType<Record<string, never>> = z.strictObject({});

/** No parameters: all frames or none; which of them, is the target's matter. */
export const blackHole: WireFaultKind<Record<string, never>> = {
  name: 'black-hole',
  acts: 'wire',
  about: 'Every frame vanishes on the wire while both ends keep their carrier: nobody is told.',
  schema,
  example: 'black-hole: { link: dci, toward: west }',
  describe: () => 'every frame vanishes, carrier stays',
  needsNetem: () => false,
  asks: () => [{ quantity: 'cut' }],
  wants: (_, { link, direction }, fault) => [{ kind: 'cut', link, direction, fault }],
};
