import { z } from 'zod';
import { ChaosError } from '../../errors.ts';
import { defineCommand, type Command } from '../command.ts';
import type { Io } from '../io.ts';
import { holdLab } from '../lab/hold-lab.ts';
import { prepareLab } from '../lab/prepare-lab.ts';
import { startInBackground } from '../lab/start-in-background.ts';
import { checkDriver } from '../run/check-driver.ts';
import {
  DOCKERS,
  KERNELS,
  dockerOption,
  kernelOption,
  type RunSettings,
} from '../run/run-settings.ts';

interface Args extends Pick<RunSettings, 'driver' | 'docker' | 'kernel'> {
  readonly file: string;
  readonly d: boolean;
  readonly hold: boolean;
  readonly name?: string | undefined;
}

const schema: z.ZodType<Args> = z.object({
  file: z.string(),
  d: z.boolean().default(false),
  hold: z.boolean().default(false),
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,40}$/, 'letters, digits and . _ - (at most 41)')
    .optional(),
  driver: z.string().default('netns'),
  docker: z.enum(DOCKERS).default('auto'),
  kernel: z.enum(KERNELS).default('auto'),
});

export const command: Command = defineCommand({
  name: 'up',
  about: 'bring a lab up and hold it until Ctrl-C (-d: in the background)',
  positionals: [{ name: 'file', about: 'a lab file or a scenario', required: true, file: true }],
  options: {
    d: { type: 'boolean', about: 'in the background; ends with: chaos lab down' },
    hold: { type: 'boolean', about: 'stay up when ready (this is what it does)' },
    name: {
      type: 'string',
      value: 'NAME',
      about: "its name for exec, shell, down (default: the lab's)",
    },
    driver: { type: 'string', value: 'NAME', about: 'what makes the lab real (default netns)' },
    docker: dockerOption,
    kernel: kernelOption,
  },
  examples: [
    ['chaos lab up -d labs/two-site-firewall/two-site-firewall.clab.yml', 'then: chaos lab list'],
    ['chaos lab up --driver containerlab LAB.clab.yml', "as containers of the machine's Docker"],
  ],
  schema,
  async run(args: Args, io: Io) {
    if (args.d && args.hold) throw new ChaosError('usage', '-d and --hold exclude each other');
    if (args.kernel === 'embedded') {
      throw new ChaosError('not-yet', 'a lab held by hand runs on the host kernel only', {
        hint: 'chaos run works in the embedded kernel',
      });
    }
    await checkDriver(args.driver, args.docker);
    const lab = await prepareLab(args.file, args, io);
    return args.d ? startInBackground(lab, io) : holdLab(lab.directory, io);
  },
});
