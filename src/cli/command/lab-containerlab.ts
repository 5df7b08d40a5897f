import { z } from 'zod';
import { defineCommand, type Command } from '../command.ts';

const schema = z.object({});

export const command: Command = defineCommand({
  name: 'containerlab',
  about: 'build the stock containerlab once (needs Go 1.26), and say where it is; cached by digest',
  positionals: [],
  options: {},
  examples: [
    ['$(chaos lab containerlab) validate -t LAB.clab.yml', 'what containerlab says of a lab'],
  ],
  schema,
  async run(_args, io) {
    const { buildContainerlab } = await import('../../lab/containerlab/binary.ts');
    const path = await buildContainerlab(process.env, (line) => {
      io.err(`containerlab: ${line}\n`);
    });
    io.out(`${path}\n`);
    return 0;
  },
});
