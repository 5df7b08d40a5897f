import { z } from 'zod';
import { duration, formatQuantity } from '../scenario/units.ts';
import type { NodeFaultKind } from './fault.ts';
import { processKeys, processText, refuseProcessTarget } from './process-target.ts';
import type { ProcessTarget } from './process-target.ts';

export interface DiskSlowParams extends ProcessTarget {
  readonly delay: number;
}

const schema: z.ZodType<DiskSlowParams> = z.strictObject({
  ...processKeys,
  delay: duration({ min: 1e6, max: 60e9 }).describe(
    'added to each fsync, fdatasync, sync_file_range, msync and sync',
  ),
});

export const diskSlow: NodeFaultKind<DiskSlowParams> = {
  name: 'disk-slow',
  acts: 'node',
  on: 'nodes',
  about:
    'What a daemon writes takes long to reach the disk: each of its sync calls is held up (by strace, which it can see as its tracer). Its plain reads and writes, which the page cache answers, are not.',
  schema,
  example: 'disk-slow: { node: db1, process: etcd, delay: 50ms }',
  describe: (params) =>
    `${processText(params)}: sync calls take ${formatQuantity({ dimension: 'duration', value: params.delay })} longer`,
  needsNetem: () => false,
  refuse: refuseProcessTarget,
  services: ({ service }) => (service === undefined ? [] : [service]),
  needs: () => [{ path: '/usr/bin/strace', package: 'strace' }],
  asks: () => [],
};
