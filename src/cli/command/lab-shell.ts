import { z } from 'zod';
import { defineCommand, type Command } from '../command.ts';
import { execInNode } from '../lab/exec-in-node.ts';
import { findLab } from '../lab/lab-directory.ts';

const schema = z.object({ node: z.string(), lab: z.string().optional() });

export const command: Command = defineCommand({
  name: 'shell',
  about: 'open a shell in a node of a lab that is up',
  positionals: [{ name: 'node', about: 'a node of the lab', required: true }],
  options: { lab: { type: 'string', value: 'NAME', about: 'which lab (default: the only one)' } },
  examples: [['chaos lab shell router-a', 'then: vtysh']],
  schema,
  run({ node, lab }, io) {
    const terminal = io.outIsTty;
    return execInNode(findLab(io, lab), { node, argv: ['bash', '-i'], terminal });
  },
});
