import { z } from 'zod';
import { defineCommand, type Command } from '../command.ts';
import type { LabNodeState } from '../../run/lab-control.ts';
import type { Io } from '../io.ts';
import { talkTo } from '../lab/lab-client.ts';
import { heldLabs, type HeldLab } from '../lab/lab-directory.ts';
import { table } from '../table.ts';

const schema = z.object({ json: z.boolean().default(false) });

export const command: Command = defineCommand({
  name: 'list',
  about: 'list the labs that are up, with their nodes and addresses',
  positionals: [],
  options: { json: { type: 'boolean', about: 'as JSON' } },
  examples: [],
  schema,
  async run({ json }, io) {
    const labs = [];
    for (const lab of heldLabs(io)) labs.push({ lab, nodes: await nodesOf(lab) });
    if (json) {
      const list = labs.map(({ lab, nodes }) => ({ ...lab, description: lab.file, nodes }));
      io.out(`${JSON.stringify(list, null, 2)}\n`);
    } else if (labs.length === 0) {
      io.err('no lab is up\n');
    } else {
      for (const { lab, nodes } of labs) sayLab(io, lab, nodes);
    }
    return 0;
  },
});

async function nodesOf(lab: HeldLab): Promise<readonly LabNodeState[]> {
  if (lab.pid === null) return [];
  const conversation = await talkTo(lab);
  conversation.send({ type: 'list' });
  for await (const reply of conversation.replies) if (reply.type === 'nodes') return reply.nodes;
  return [];
}

function sayLab(io: Io, lab: HeldLab, nodes: readonly LabNodeState[]): void {
  const state = lab.pid === null ? 'gone (chaos cleanup removes its directory)' : lab.file;
  io.out(`${lab.name}  ${state}\n`);
  const rows = nodes.map((node) => [`  ${node.name}`, node.image, node.addresses.join(', ')]);
  if (rows.length > 0) io.out(`${table(rows).join('\n')}\n`);
}
