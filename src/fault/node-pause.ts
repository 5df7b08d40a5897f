import { z } from 'zod';
import type { NodeFaultKind } from './fault.ts';

const schema: z.ZodType<Record<string, never>> = z.strictObject({});

export const nodePause: NodeFaultKind<Record<string, never>> = {
  name: 'node-pause',
  acts: 'node',
  on: 'nodes',
  about:
    "The node stands still, as a virtual machine that is paused: its processes are frozen (see pause; a container by Docker's own pause), its links keep their carrier, and what is sent to it is lost.",
  schema,
  example: 'node-pause: { node: r1 }',
  describe: () => 'stands still',
  needsNetem: () => false,
  // its kernel would go on answering and forwarding: on its wires it is silent
  asks: () => [{ quantity: 'cut' }],
  wants: (_, { link, direction }, fault) => [{ kind: 'cut', link, direction, fault }],
};
