import { z } from 'zod';
import { defineCommand, type Command } from '../command.ts';

const schema = z.object({ what: z.enum(['build', 'path']) });

export const command: Command = defineCommand({
  name: 'images',
  about:
    'build the images of labs/images from Debian packages once (root, 2 minutes); cached by digest',
  positionals: [
    {
      name: 'what',
      about: 'build them, or say where they are',
      required: true,
      choices: ['build', 'path'],
    },
  ],
  options: {},
  examples: [['sudo chaos lab images build', 'once, for every user of the machine']],
  schema,
  async run({ what }, io) {
    if (what === 'path') {
      const { requireImages } = await import('../../lab/containerlab/image-store.ts');
      io.out(`${requireImages(process.env).disk}\n`);
      return 0;
    }
    const { buildImages } = await import('../../lab/containerlab/build-images.ts');
    const path = await buildImages(process.env, (line) => {
      io.err(`images: ${line}\n`);
    });
    io.out(`${path.disk}\n`);
    return 0;
  },
});
