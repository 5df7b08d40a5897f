import { z } from 'zod';
import type { WireFaultKind } from './fault.ts';

const schema: z.ZodType<Record<string, never>> = z.strictObject({});

/** Of each direction it is the entering end that loses its carrier. */
export const carrierLoss: WireFaultKind<Record<string, never>> = {
  name: 'carrier-loss',
  acts: 'wire',
  about:
    'As a pulled cable: the ends that it acts on see no carrier, and nothing passes there. With end: one side only.',
  schema,
  example: 'carrier-loss: { link: dci }',
  describe: () => 'no carrier',
  needsNetem: () => false,
  asks: () => [{ quantity: 'carrier' }],
  wants: (_, { link, direction }, fault) => [{ kind: 'carrier', link, direction, fault }],
};
