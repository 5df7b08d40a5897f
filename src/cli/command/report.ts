import { join } from 'node:path';
import { z } from 'zod';
import { ChaosError } from '../../errors.ts';
import { defineCommand, type Command } from '../command.ts';
import { makeDirectory } from '../make-directory.ts';
import { judge, writeReports } from '../run/judge.ts';

const schema = z.object({ run: z.array(z.string()), out: z.string().optional() });

export const command: Command = defineCommand({
  name: 'report',
  about: 'write the reports of an old run again, from its files alone',
  positionals: [{ name: 'run', about: 'a run directory', required: true, many: true, file: true }],
  options: {
    out: { type: 'string', value: 'DIR', about: 'where (default: into the run directory)' },
  },
  examples: [],
  schema,
  run({ run, out }, io) {
    if (out !== undefined && run.length > 1) {
      throw new ChaosError('usage', '--out takes the reports of one run only');
    }
    for (const directory of run) {
      const reports = judge(directory);
      const target = out ?? directory;
      makeDirectory(target);
      writeReports(target, reports);
      for (const name of Object.keys(reports.files)) io.out(`${join(target, name)}\n`);
    }
    return Promise.resolve(0);
  },
});
