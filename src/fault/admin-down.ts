import { z } from 'zod';
import type { NodeFaultKind } from './fault.ts';

const schema: z.ZodType<Record<string, never>> = z.strictObject({});

/** Acts in the node (`ip link set DEV down`), not on the wire: injected and healed by admin-down-run.ts. */
export const adminDown: NodeFaultKind<Record<string, never>> = {
  name: 'admin-down',
  acts: 'node',
  on: 'ends',
  takes: 'end',
  about:
    'The interface is shut down in the node, as by an operator: its routes go (and IPv6 addresses), and the far end loses carrier.',
  schema,
  example: 'admin-down: { end: "leaf1:eth1" }',
  describe: () => 'interface shut down in the node',
  needsNetem: () => false,
  asks: () => [],
};
