import { z } from 'zod';
import { count } from '../scenario/units.ts';
import type { NodeFaultKind } from './fault.ts';

export interface ExecParams {
  readonly argv: readonly string[];
  readonly undo: readonly string[];
  readonly rc: number;
}

const schema: z.ZodType<ExecParams> = z.strictObject({
  argv: z.array(z.string()).min(1).describe('the command and its arguments; no shell'),
  undo: z
    .array(z.string())
    .describe('the command that undoes it, run when the fault ends; [] says that nothing is to be'),
  rc: count({ min: 0, max: 255 }).default(0).describe('the exit code that both must end with'),
});

export const exec: NodeFaultKind<ExecParams> = {
  name: 'exec',
  acts: 'node',
  on: 'nodes',
  about:
    'A command runs in the node when the fault begins, and the one that undoes it when it ends. For what no other kind does.',
  schema,
  example:
    'exec: { node: r1, argv: [ip, link, set, eth1, mtu, "600"], undo: [ip, link, set, eth1, mtu, "1500"] }',
  describe: ({ argv }) => argv.join(' '),
  needsNetem: () => false,
  asks: () => [],
};
