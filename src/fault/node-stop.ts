import { z } from 'zod';
import type { NodeFaultKind } from './fault.ts';

const schema: z.ZodType<Record<string, never>> = z.strictObject({});

export const nodeStop: NodeFaultKind<Record<string, never>> = {
  name: 'node-stop',
  acts: 'node',
  on: 'nodes',
  takes: 'node',
  about:
    'The node loses its power: processes, addresses, routes, rules and private files are gone, and the far ends of its links see no carrier. When the fault ends it boots: files, daemons and exec lines as at the start of the lab.',
  schema,
  example: 'node-stop: { node: r1 }',
  describe: () => 'without power',
  refuseWhere: (_params, { driver }) =>
    driver === 'attach'
      ? 'cannot be had of a lab that runs already: a container that starts again has lost its links, and who deployed it made them (node-pause can be had)'
      : undefined,
  needsNetem: () => false,
  asks: () => [],
};
