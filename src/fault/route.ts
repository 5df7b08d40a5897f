import { z } from 'zod';
import type { NodeFaultKind } from './fault.ts';

export interface RouteParams {
  readonly withdraw?: string | undefined;
  readonly leak?: string | undefined;
  readonly 'black-hole'?: string | undefined;
}

const anyPrefix = z.union([z.cidrv4(), z.cidrv6()]);

const prefix = z
  .string()
  .refine(
    (text) => anyPrefix.safeParse(text).success,
    'expected a prefix such as 10.0.3.0/24 or 2001:db8::/32',
  );

const schema: z.ZodType<RouteParams> = z.strictObject({
  withdraw: prefix
    .optional()
    .describe(
      'it no longer announces this prefix (network lines of FRR), or loses its route there',
    ),
  leak: prefix.optional().describe("it announces a prefix that is not its own, by BGP ('network')"),
  'black-hole': prefix
    .optional()
    .describe('what it forwards there vanishes, while it goes on announcing it (ip rule)'),
});

export const route: NodeFaultKind<RouteParams> = {
  name: 'route',
  acts: 'node',
  on: 'nodes',
  about:
    'A router withdraws a prefix, announces one that is not its own, or forwards into a black hole.',
  schema,
  example: 'route: { node: r1, withdraw: 10.0.3.0/24 }',
  describe: ({ withdraw, leak, 'black-hole': hole }) =>
    withdraw !== undefined
      ? `withdraws ${withdraw}`
      : leak === undefined
        ? `black hole for ${hole ?? ''}`
        : `leaks ${leak}`,
  needsNetem: () => false,
  refuse: (params) =>
    Object.values(params).filter((each) => each !== undefined).length === 1
      ? undefined
      : 'needs one of withdraw, leak, black-hole',
  services: ({ leak }) => (leak === undefined ? [] : ['bgpd']),
  asks: () => [],
};
