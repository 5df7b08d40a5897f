import { z } from 'zod';
import { defineCommand, type Command } from '../command.ts';

const SCHEMAS = ['scenario', 'report'] as const;
const schema = z.object({ of: z.enum(SCHEMAS).default('scenario') });

export const command: Command = defineCommand({
  name: 'schema',
  about: 'print a JSON Schema (draft 2020-12)',
  positionals: [
    { name: 'of', about: 'of what (default: scenario)', required: false, choices: SCHEMAS },
  ],
  options: {},
  examples: [['chaos schema > chaos.schema.json', 'for the YAML support of an editor']],
  schema,
  async run({ of }, io) {
    io.out(`${JSON.stringify(await schemaOf(of), null, 2)}\n`);
    return 0;
  },
});

async function schemaOf(of: (typeof SCHEMAS)[number]): Promise<unknown> {
  switch (of) {
    case 'scenario':
      return (await import('../../plan/scenario-json-schema.ts')).scenarioJsonSchema();
    case 'report':
      return (await import('../../report/report.schema.ts')).reportJsonSchema();
    default:
      return of satisfies never;
  }
}
