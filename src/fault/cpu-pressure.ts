import { z } from 'zod';
import { duration, formatQuantity, ratio } from '../scenario/units.ts';
import type { NodeFaultKind } from './fault.ts';

export interface CpuPressureParams {
  readonly service?: string | undefined;
  readonly share: number;
  readonly period: number;
}

const schema: z.ZodType<CpuPressureParams> = z.strictObject({
  service: z
    .string()
    .optional()
    .describe('one daemon of the node; all of its processes by default'),
  share: ratio({ min: 0.01, max: 0.99 }).describe('of each period in which they may run'),
  period: duration({ min: 10e6, max: 10e9 })
    .default(100e6)
    .describe('as of a CFS quota (default 100ms)'),
});

export const cpuPressure: NodeFaultKind<CpuPressureParams> = {
  name: 'cpu-pressure',
  acts: 'node',
  on: 'nodes',
  about:
    'The processes of a node get the processor for a share of each period only, and stand still for the rest of it, as under a quota (cpu.max) that is used up. In the warp clock, where computing takes no time, too.',
  schema,
  example: 'cpu-pressure: { node: r1, share: 10% }',
  describe: ({ service, share, period }) => {
    const [part, of] = [
      formatQuantity({ dimension: 'ratio', value: share }),
      formatQuantity({ dimension: 'duration', value: period }),
    ];
    return `${service ?? 'all processes'}: ${part} of each ${of}`;
  },
  needsNetem: () => false,
  services: ({ service }) => (service === undefined ? [] : [service]),
  asks: () => [],
};
