import { z } from 'zod';
import { describePlan } from '../../plan/describe-plan.ts';
import { defineCommand, type Command } from '../command.ts';
import { readPlan } from '../read-plan.ts';
import { readAssignments } from '../run/run-settings.ts';

const schema = z.object({
  file: z.string(),
  seed: z
    .string()
    .regex(/^\d{1,15}$/, 'a whole number is expected')
    .optional(),
  set: z.array(z.string().regex(/^[^=\s]+=/, 'NAME=VALUE is expected')).default([]),
  json: z.boolean().default(false),
});

export const command: Command = defineCommand({
  name: 'plan',
  about: 'show the resolved timeline of a scenario: a dry run, nothing is started',
  positionals: [{ name: 'file', about: 'the scenario', required: true, file: true }],
  options: {
    seed: { type: 'string', value: 'N', about: 'the seed (default 1)' },
    set: { type: 'list', value: 'NAME=VALUE', about: 'a parameter of the scenario' },
    json: { type: 'boolean', about: 'the plan as JSON, as run.json carries it' },
  },
  examples: [['chaos plan scenarios/flaky-wan.yml', 'what would happen, and when']],
  schema,
  async run({ file, seed, set, json }, io) {
    const { plan } = await readPlan(file, {
      ...(seed !== undefined && { seed: Number(seed) }),
      set: readAssignments(set),
    });
    io.out(json ? `${JSON.stringify(plan, null, 2)}\n` : `${describePlan(plan).trimEnd()}\n`);
    return 0;
  },
});
