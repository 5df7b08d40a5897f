import { z } from 'zod';
import { duration, formatQuantity } from '../scenario/units.ts';
import type { NodeFaultKind } from './fault.ts';

const ANSWERS = ['wrong', 'slow', 'servfail', 'nxdomain', 'ttl'] as const;

export interface DnsParams {
  readonly answer: (typeof ANSWERS)[number];
  readonly name?: string | undefined;
  readonly address?: string | undefined;
  readonly delay?: number | undefined;
  readonly ttl?: number | undefined;
  readonly resolver: string;
}

const schema: z.ZodType<DnsParams> = z.strictObject({
  answer: z
    .enum(ANSWERS)
    .describe(
      'another address, a late answer, an error (RFC 1035, 4.1.1), or another time to live',
    ),
  name: z.string().optional().describe('only for this name and what is below it; all by default'),
  address: z
    .union([z.ipv4(), z.ipv6()])
    .optional()
    .describe('with wrong: the address that is said'),
  delay: duration({ min: 1e6, max: 60e9 }).optional().describe('with slow: later by this'),
  ttl: duration({ min: 0, max: 2_147_483_647e9 })
    .optional()
    .describe('with ttl: what answers say; with wrong: default 60s'),
  resolver: z
    .ipv4()
    .default('127.0.0.1')
    .describe('where in the node its daemon listens (default 127.0.0.1), port 53'),
});

function refuse({ answer, address, delay, ttl }: DnsParams): string | undefined {
  if (answer === 'wrong' && address === undefined) return 'a wrong answer needs the address';
  if (answer === 'slow' && delay === undefined) return 'a slow answer needs the delay';
  if (answer === 'ttl' && ttl === undefined) return 'needs the ttl';
  if (answer !== 'wrong' && address !== undefined) return "'address' goes with wrong";
  if (answer !== 'ttl' && answer !== 'wrong' && ttl !== undefined) {
    return "'ttl' goes with ttl and wrong";
  }
  return answer !== 'slow' && delay !== undefined ? "'delay' goes with slow" : undefined;
}

export const dns: NodeFaultKind<DnsParams> = {
  name: 'dns',
  acts: 'node',
  on: 'nodes',
  about:
    'A name server answers wrongly, late, or with an error. Queries over UDP from other nodes are led (nftables, in its node) to a proxy that asks the real daemon and changes what it says; TCP is left alone.',
  schema,
  example: 'dns: { node: ns1, answer: wrong, name: www.lab, address: 10.9.9.9 }',
  describe: ({ answer, name, address, delay, ttl }) => {
    const length = (value: number): string => formatQuantity({ dimension: 'duration', value });
    const of = name === undefined ? 'every name' : name;
    switch (answer) {
      case 'wrong':
        return `${of} is ${address ?? ''}`;
      case 'slow':
        return `${of}: ${length(delay ?? 0)} later`;
      case 'ttl':
        return `${of}: TTL ${length(ttl ?? 0)}`;
      case 'servfail':
      case 'nxdomain':
        return `${of}: ${answer.toUpperCase()}`;
      default:
        return answer satisfies never;
    }
  },
  needsNetem: () => false,
  refuse,
  asks: () => [],
};
