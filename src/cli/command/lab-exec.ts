import { z } from 'zod';
import { ChaosError } from '../../errors.ts';
import { defineCommand, type Command } from '../command.ts';
import { execInNode } from '../lab/exec-in-node.ts';
import { findLab } from '../lab/lab-directory.ts';

const schema = z.object({
  node: z.string(),
  lab: z.string().optional(),
  rest: z.array(z.string()),
});

export const command: Command = defineCommand({
  name: 'exec',
  about: 'run a command in a node of a lab that is up; its exit code is ours',
  positionals: [{ name: 'node', about: 'a node of the lab', required: true }],
  options: { lab: { type: 'string', value: 'NAME', about: 'which lab (default: the only one)' } },
  rest: 'COMMAND [ARGUMENTS]',
  examples: [['chaos lab exec fw-a -- ip -br address', 'addresses of a firewall']],
  schema,
  async run({ node, lab, rest }, io) {
    if (rest.length === 0) {
      throw new ChaosError('usage', 'no command', { hint: `chaos lab exec ${node} -- COMMAND` });
    }
    return execInNode(findLab(io, lab), { node, argv: rest, terminal: false });
  },
});
