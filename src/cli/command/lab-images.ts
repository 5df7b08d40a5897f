import { z } from 'zod';
import { defineCommand, type Command } from '../command.ts';

const schema = z.object({
  what: z.enum(['build', 'path']),
  docker: z.enum(['host']).optional(),
});

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
  options: {
    docker: {
      type: 'string',
      value: 'DOCKER',
      about: "build: also into the machine's Docker, for labs there",
      choices: ['host'],
    },
  },
  examples: [
    ['sudo chaos lab images build', 'once, for every user of the machine'],
    ['sudo chaos lab images build --docker host', "and into the machine's Docker"],
  ],
  schema,
  async run({ what, docker }, io) {
    if (what === 'path') {
      const { requireImages } = await import('../../lab/containerlab/image-store.ts');
      io.out(`${requireImages(process.env).disk}\n`);
      return 0;
    }
    const { buildImages } = await import('../../lab/containerlab/build-images.ts');
    const images = await buildImages(process.env, (line) => {
      io.err(`images: ${line}\n`);
    });
    if (docker === 'host') {
      const { loadIntoMachine } = await import('../../lab/containerlab/load-images.ts');
      for (const name of await loadIntoMachine(process.env, images)) io.err(`in Docker: ${name}\n`);
    }
    io.out(`${images.disk}\n`);
    return 0;
  },
});
