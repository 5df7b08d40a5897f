import { z } from 'zod';
import { defineCommand, type Command } from '../command.ts';
import { combineExitCodes } from '../exit-code.ts';
import { checkFaultNeeds } from '../run/check-faults.ts';
import { findScenarios } from '../run/find-scenarios.ts';
import { planOf } from '../read-plan.ts';
import { readAssignments } from '../run/run-settings.ts';
import { sayError } from '../say-error.ts';

const schema = z.object({
  file: z.array(z.string()),
  set: z.array(z.string()).default([]),
});

export const command: Command = defineCommand({
  name: 'validate',
  about: 'check scenarios and their labs without starting anything',
  positionals: [
    {
      name: 'file',
      about: 'scenarios, or directories of scenarios',
      required: true,
      many: true,
      file: true,
    },
  ],
  options: {
    set: { type: 'list', value: 'NAME=VALUE', about: 'a parameter of the scenario' },
  },
  examples: [['chaos validate scenarios/', 'all of them']],
  schema,
  async run({ file, set }, io) {
    const values = readAssignments(set);
    const { scenarios, codes } = findScenarios(file, [], io);
    const all = [...codes];
    for (const scenario of scenarios) {
      try {
        const { plan } = await planOf(scenario, { set: values });
        for (const { node, key, message, driver } of plan.topology.notHonoured) {
          const where = node === undefined ? key : `${node}: ${key}`;
          const by = driver === undefined ? '' : ` (--driver ${driver})`;
          io.err(`${plan.topology.file}: note: ${where}: ${message}${by}\n`);
        }
        checkFaultNeeds(plan);
        io.out(`${scenario.file}: valid\n`);
        all.push(0);
      } catch (error) {
        all.push(sayError(error, io));
      }
    }
    return combineExitCodes(all);
  },
});
