import { z } from 'zod';
import type { NodeFaultKind } from './fault.ts';
import { processKeys, processText, refuseProcessTarget } from './process-target.ts';
import type { ProcessTarget } from './process-target.ts';

/** signal(7); the ones that a process may get from outside for a reason */
const SIGNALS = [
  'KILL', 'TERM', 'INT', 'QUIT', 'ABRT', 'SEGV', 'BUS', 'HUP', 'USR1', 'USR2', 'PIPE', 'ALRM',
] as const; // prettier-ignore

export interface KillParams extends ProcessTarget {
  readonly signal: (typeof SIGNALS)[number];
  readonly restart: boolean;
}

const schema: z.ZodType<KillParams> = z.strictObject({
  ...processKeys,
  signal: z
    .enum(SIGNALS)
    .default('KILL')
    .describe('what it gets, see signal(7); KILL takes its children with it, all at once'),
  restart: z
    .boolean()
    .default(true)
    .describe('a daemon that has ended is started again when the fault ends; false: it stays dead'),
});

export const kill: NodeFaultKind<KillParams> = {
  name: 'kill',
  acts: 'node',
  on: 'nodes',
  about:
    'A daemon gets a signal, by default one that it cannot handle; if that ends it, it stays dead until the fault ends.',
  schema,
  example: 'kill: { node: r1, service: keepalived }',
  describe: (params) =>
    `SIG${params.signal} to ${processText(params)}${params.restart ? '' : ', not started again'}`,
  needsNetem: () => false,
  refuse: refuseProcessTarget,
  services: ({ service }) => (service === undefined ? [] : [service]),
  asks: () => [],
};
