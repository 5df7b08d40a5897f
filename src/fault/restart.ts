import { z } from 'zod';
import type { NodeFaultKind } from './fault.ts';

export interface RestartParams {
  readonly service: string;
}

const schema: z.ZodType<RestartParams> = z.strictObject({
  service: z.string().describe('a daemon of the node: zebra, keepalived'),
});

export const restart: NodeFaultKind<RestartParams> = {
  name: 'restart',
  acts: 'node',
  on: 'nodes',
  about:
    'A daemon is told to end (SIGTERM, after 10 s SIGKILL) and started again at once, as by an operator. It does so once, when the fault begins.',
  schema,
  example: 'restart: { node: r1, service: keepalived }',
  describe: ({ service }) => `${service} is restarted`,
  needsNetem: () => false,
  services: ({ service }) => [service],
  asks: () => [],
};
