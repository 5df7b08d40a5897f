import { z } from 'zod';
import type { NodeFaultKind } from './fault.ts';

export interface BgpResetParams {
  readonly neighbor: string;
}

const schema: z.ZodType<BgpResetParams> = z.strictObject({
  neighbor: z
    .string()
    .regex(/^(\*|[0-9a-fA-F.:]+)$/u, "an address, or '*'")
    .default('*')
    .describe('the address of one neighbor; all of them by default'),
});

export const bgpReset: NodeFaultKind<BgpResetParams> = {
  name: 'bgp-reset',
  acts: 'node',
  on: 'nodes',
  about:
    'BGP sessions are reset (clear bgp), once, when the fault begins: a Cease to the neighbor, routes gone, and the session comes back by itself.',
  schema,
  example: 'bgp-reset: { node: r1, neighbor: 10.0.12.2 }',
  describe: ({ neighbor }) => (neighbor === '*' ? 'all sessions' : `the session with ${neighbor}`),
  needsNetem: () => false,
  services: () => ['bgpd'],
  asks: () => [],
};
