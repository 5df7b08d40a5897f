import { z } from 'zod';
import { formatQuantity, size } from '../scenario/units.ts';
import type { NodeFaultKind } from './fault.ts';
import { pathInNode } from './path-in-node.ts';

export interface DiskFullParams {
  readonly path: string;
  /** bytes */
  readonly free: number;
}

const schema: z.ZodType<DiskFullParams> = z.strictObject({
  path: pathInNode.describe('a directory of the node; all that is on the same file system is hit'),
  free: size({ min: 0 })
    .default(0)
    .describe('what is left, rounded up to whole pages (default 0B)'),
});

export const diskFull: NodeFaultKind<DiskFullParams> = {
  name: 'disk-full',
  acts: 'node',
  on: 'nodes',
  about:
    "A file system of the node is full (ENOSPC): it is made as small as what is in it. Private directories of a node are in memory, so nothing of the machine's disk is used up; of a container those are /run, /tmp and what `tmpfs` of the lab file gives it.",
  schema,
  example: 'disk-full: { node: r1, path: /run }',
  describe: ({ path, free }) =>
    `${path} full${free === 0 ? '' : ` but for ${formatQuantity({ dimension: 'size', value: free })}`}`,
  refuseWhere: (_params, { driver }) =>
    driver === 'attach'
      ? "cannot be had of a lab that runs already: its containers' file systems are one with all others'"
      : undefined,
  needsNetem: () => false,
  asks: () => [],
};
