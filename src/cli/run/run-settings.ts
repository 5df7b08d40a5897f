import { z } from 'zod';
import { ChaosError } from '../../errors.ts';
import type { DockerAsked } from '../../lab/containerlab/choose-docker.ts';
import type { OptionSpec } from '../command.ts';

/** `chaos run`'s arguments after parsing. */
export interface RunSettings extends DockerAsked {
  readonly file: readonly string[];
  readonly seed?: number | undefined;
  readonly seeds?: string | undefined;
  readonly set: readonly string[];
  readonly out?: string | undefined;
  readonly driver: string;
  readonly tag: readonly string[];
  readonly 'no-faults': boolean;
  readonly 'pause-at'?: string | undefined;
  readonly junit?: string | undefined;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly 'allow-inconclusive': boolean;
  readonly 'retry-stalled': number;
  readonly jobs: number;
}

export const DOCKERS = ['own', 'host', 'auto'] as const;
export const KERNELS = ['host', 'embedded', 'auto'] as const;
const CLOCKS = ['real', 'warp', 'auto'] as const;

export const dockerOption: OptionSpec = {
  type: 'string',
  value: 'DOCKER',
  about: "--driver containerlab: a Docker of the run's own, or the machine's",
  choices: DOCKERS,
};

export const kernelOption: OptionSpec = {
  type: 'string',
  value: 'KERNEL',
  about: 'where the lab runs',
  choices: KERNELS,
};

export const runOptions: Readonly<Record<string, OptionSpec>> = {
  seed: { type: 'string', value: 'N', about: 'the seed (default 1)' },
  seeds: { type: 'string', value: 'A..B', about: 'one run per seed: 1..20, or 1,2,5' },
  set: { type: 'list', value: 'NAME=VALUE', about: 'a parameter of the scenario' },
  out: {
    type: 'string',
    value: 'DIR',
    about: 'the run directory itself; of several runs their parent',
  },
  driver: { type: 'string', value: 'NAME', about: 'what makes the lab real (default netns)' },
  docker: dockerOption,
  kernel: kernelOption,
  clock: {
    type: 'string',
    value: 'CLOCK',
    about: 'real time, or skip what is idle (embedded kernel)',
    choices: CLOCKS,
  },
  tag: { type: 'list', value: 'TAG', about: 'only scenarios with this tag' },
  'no-faults': { type: 'boolean', about: 'the same run without its faults: a control' },
  'pause-at': { type: 'string', value: 'STEP', about: 'stop before this step until Enter' },
  junit: { type: 'string', value: 'FILE', about: 'JUnit XML of all runs' },
  json: { type: 'boolean', about: 'report.json on standard output (several runs: an array)' },
  quiet: { type: 'boolean', about: 'no progress' },
  'allow-inconclusive': { type: 'boolean', about: 'exit 0 when inconclusive' },
  'retry-stalled': {
    type: 'string',
    value: 'N',
    about: 'run again, up to N times, what the host spoiled (a fail is never retried)',
  },
  jobs: { type: 'string', value: 'N', about: 'runs at once (default 1)' },
};

const wholeNumber = z
  .string()
  .regex(/^\d{1,15}$/, {
    error: ({ input }) => `a whole number is expected, not ${JSON.stringify(input)}`,
  })
  .transform(Number);

const assignment = z.string().regex(/^[^=\s]+=/, 'NAME=VALUE is expected');

export const settingsSchema: z.ZodType<RunSettings> = z.object({
  file: z.array(z.string()),
  seed: wholeNumber.optional(),
  seeds: z.string().optional(),
  set: z.array(assignment).default([]),
  out: z.string().optional(),
  driver: z.string().default('netns'),
  docker: z.enum(DOCKERS).default('auto'),
  kernel: z.enum(KERNELS).default('auto'),
  clock: z.enum(CLOCKS).default('auto'),
  tag: z.array(z.string()).default([]),
  'no-faults': z.boolean().default(false),
  'pause-at': z.string().optional(),
  junit: z.string().optional(),
  json: z.boolean().default(false),
  quiet: z.boolean().default(false),
  'allow-inconclusive': z.boolean().default(false),
  'retry-stalled': wholeNumber.default(0),
  jobs: wholeNumber.pipe(z.number().min(1, 'at least 1').max(64, 'at most 64')).default(1),
});

/** `--set a=1 --set b=2` as a map; the same name twice is an error. */
export function readAssignments(assignments: readonly string[]): Readonly<Record<string, string>> {
  const values: Record<string, string> = {};
  for (const text of assignments) {
    const at = text.indexOf('=');
    const name = text.slice(0, at);
    if (Object.hasOwn(values, name)) throw new ChaosError('usage', `--set ${name} is given twice`);
    values[name] = text.slice(at + 1);
  }
  return values;
}
