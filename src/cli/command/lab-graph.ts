import { z } from 'zod';
import { defineCommand, type Command } from '../command.ts';
import { GRAPH_FORMATS, graphText } from '../lab/graph-text.ts';
import { readLabOrScenario } from '../lab/lab-or-scenario.ts';

const schema = z.object({ file: z.string(), format: z.enum(GRAPH_FORMATS).default('text') });

export const command: Command = defineCommand({
  name: 'graph',
  about: 'print the topology of a lab file (or of the lab of a scenario)',
  positionals: [{ name: 'file', about: 'a lab file or a scenario', required: true, file: true }],
  options: {
    format: { type: 'string', value: 'FORMAT', about: 'how', choices: GRAPH_FORMATS },
  },
  examples: [['chaos lab graph LAB.clab.yml --format dot | dot -Tsvg', 'a picture']],
  schema,
  async run({ file, format }, io) {
    const { topology } = await readLabOrScenario(file);
    io.out(graphText(topology, format));
    return 0;
  },
});
