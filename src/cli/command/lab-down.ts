import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { ChaosError } from '../../errors.ts';
import { defineCommand, type Command } from '../command.ts';
import { talkTo } from '../lab/lab-client.ts';
import { findLab, heldLabs } from '../lab/lab-directory.ts';

const PATIENCE_MS = 90_000;
const schema = z.object({ lab: z.string().optional() });

export const command: Command = defineCommand({
  name: 'down',
  about: 'end a lab that runs in the background',
  positionals: [{ name: 'lab', about: 'its name (default: the only one)', required: false }],
  options: {},
  examples: [],
  schema,
  async run({ lab: name }, io) {
    const lab = findLab(io, name);
    const conversation = await talkTo(lab);
    conversation.send({ type: 'down' });
    const until = performance.now() + PATIENCE_MS;
    while (heldLabs(io).some((held) => held.name === lab.name && held.pid !== null)) {
      if (performance.now() > until) {
        throw new ChaosError('lab-failed', `the lab ${lab.name} does not end`, {
          hint: `kill ${lab.pid?.toString() ?? ''}`,
        });
      }
      await sleep(50);
    }
    conversation.close();
    rmSync(lab.directory, { recursive: true, force: true });
    io.err(`${lab.name} is down\n`);
    return 0;
  },
});
