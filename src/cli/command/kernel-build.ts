import { z } from 'zod';
import { ChaosError } from '../../errors.ts';
import { defineCommand, type Command } from '../command.ts';
import { kernelText } from '../kernel-text.ts';

const schema = z.object({
  jobs: z
    .string()
    .regex(/^[1-9]\d{0,2}$/, 'a number of compilers')
    .optional(),
});

export const command: Command = defineCommand({
  name: 'build',
  about: 'build the embedded kernel once (5-6 minutes on 2 cores); cached by digest',
  positionals: [],
  options: {
    jobs: { type: 'string', value: 'N', about: 'compilers at once (default: one per core)' },
  },
  examples: [],
  schema,
  async run({ jobs }, io) {
    const { buildKernel } = await import('../../kernel/build.ts');
    if (process.arch !== 'x64') {
      throw new ChaosError(
        'cannot-run-here',
        `the embedded kernel needs x86-64, not ${process.arch}`,
      );
    }
    const started = performance.now();
    const kernel = await buildKernel({
      progress: (line) => io.err(`kernel: ${line}\n`),
      ...(jobs !== undefined && { jobs: Number(jobs) }),
    });
    const seconds = Math.round((performance.now() - started) / 1000);
    io.out(`${kernelText(kernel)}${seconds > 1 ? `, built in ${seconds.toString()} s` : ''}\n`);
    return 0;
  },
});
