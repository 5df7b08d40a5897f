import { z } from 'zod';
import { formatQuantity, size } from '../scenario/units.ts';
import type { NodeFaultKind } from './fault.ts';
import { processKeys, processText, refuseProcessTarget } from './process-target.ts';
import type { ProcessTarget } from './process-target.ts';

export interface MemoryPressureParams extends ProcessTarget {
  /** bytes */
  readonly headroom: number;
}

const schema: z.ZodType<MemoryPressureParams> = z.strictObject({
  ...processKeys,
  headroom: size({ min: 0 })
    .default(0)
    .describe(
      'what each process may still grow by (default 0B); what it starts gets the same limit',
    ),
});

export const memoryPressure: NodeFaultKind<MemoryPressureParams> = {
  name: 'memory-pressure',
  acts: 'node',
  on: 'nodes',
  about:
    'A daemon gets no more memory than it has: further allocations fail (ENOMEM, by RLIMIT_AS). It is bounded to that daemon: nothing of the machine is used up.',
  schema,
  example: 'memory-pressure: { node: r1, service: bgpd, headroom: 1MiB }',
  describe: (params) =>
    `${processText(params)}: ${formatQuantity({ dimension: 'size', value: params.headroom })} more, then no memory`,
  needsNetem: () => false,
  refuse: refuseProcessTarget,
  services: ({ service }) => (service === undefined ? [] : [service]),
  needs: () => [{ path: '/usr/bin/prlimit', package: 'util-linux' }],
  asks: () => [],
};
