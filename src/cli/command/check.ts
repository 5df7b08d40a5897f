import { z } from 'zod';
import { terminalSummary } from '../../report/terminal.ts';
import { combineExitCodes } from '../exit-code.ts';
import { defineCommand, type Command } from '../command.ts';
import { exitCodeOfOutcome, judge } from '../run/judge.ts';
import { join } from 'node:path';

const schema = z.object({
  run: z.array(z.string()),
  json: z.boolean().default(false),
  'allow-inconclusive': z.boolean().default(false),
});

export const command: Command = defineCommand({
  name: 'check',
  about: 'give the verdict of an old run again, from its files alone; writes nothing',
  positionals: [{ name: 'run', about: 'a run directory', required: true, many: true, file: true }],
  options: {
    json: { type: 'boolean', about: 'report.json on standard output' },
    'allow-inconclusive': { type: 'boolean', about: 'exit 0 when inconclusive' },
  },
  examples: [['chaos check reports/20261121-120000-flaky-wan-1', 'the same verdict again']],
  schema,
  run(args, io) {
    const codes = args.run.map((directory) => {
      const { report, result } = judge(directory);
      if (args.json) io.out(`${JSON.stringify(report, null, 2)}\n`);
      else {
        const reportPath = join(directory, 'report.html');
        io.out(terminalSummary(report, { color: false, reportPath }));
      }
      return exitCodeOfOutcome(result.outcome, { allowInconclusive: args['allow-inconclusive'] });
    });
    return Promise.resolve(combineExitCodes(codes));
  },
});
