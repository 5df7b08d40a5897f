import { z } from 'zod';
import { ChaosError } from '../../errors.ts';
import { defineCommand, type Command } from '../command.ts';
import { kernelText } from '../kernel-text.ts';

const schema = z.object({ json: z.boolean().default(false) });

export const command: Command = defineCommand({
  name: 'info',
  about: 'say which embedded kernel would be used',
  positionals: [],
  options: { json: { type: 'boolean', about: 'as JSON' } },
  examples: [],
  schema,
  async run({ json }, io) {
    const { findKernel } = await import('../../kernel/find-kernel.ts');
    const kernel = await findKernel();
    if (kernel === undefined) {
      throw new ChaosError('cannot-run-here', 'there is no embedded kernel here', {
        hint: 'chaos kernel build',
      });
    }
    io.out(json ? `${JSON.stringify(kernel, null, 2)}\n` : `${kernelText(kernel)}\n`);
    return 0;
  },
});
