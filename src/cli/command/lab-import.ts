import { existsSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { ChaosError } from '../../errors.ts';
import { readDocument } from '../../lab/clab/read-topology.ts';
import { writeDocument } from '../../lab/clab/write-document.ts';
import { defineCommand, type Command } from '../command.ts';
import { readLab, readUserFile } from '../read-lab.ts';
import { readTemplateVariables } from '../template-variables.ts';

const schema = z.object({ file: z.string(), to: z.string().optional() });

export const command: Command = defineCommand({
  name: 'import',
  about:
    'write a containerlab file (a template, the clab.yml of netlab) as a plain lab file, and say what is lost',
  positionals: [
    { name: 'file', about: 'a containerlab topology file', required: true, file: true },
  ],
  options: {
    to: {
      type: 'string',
      value: 'FILE',
      about: 'where to, beside the original (default: print it)',
    },
  },
  examples: [['chaos lab import clab.yml --to mine.clab.yml', 'what netlab create has rendered']],
  schema,
  run({ file, to }, io) {
    // relative paths in the file go on meaning what they mean
    if (to !== undefined && resolve(dirname(to)) !== resolve(dirname(file))) {
      throw new ChaosError('usage', `--to must name a file in ${resolve(dirname(file))}`, {
        hint: 'what the lab binds is found from there',
      });
    }
    if (to !== undefined && existsSync(to)) {
      throw new ChaosError('usage', `${to} is there already; an import overwrites nothing`);
    }
    const { topology } = readLab(file, {});
    const options = { environment: { HOME: homedir() }, variables: readTemplateVariables(file) };
    const text = writeDocument(readDocument(readUserFile(file, 'the lab file'), file, options));
    for (const { node, key, message, position } of topology.notHonoured) {
      const what = node === undefined ? key : `${node}: ${key}`;
      io.err(`${position.file}:${position.line}:${position.column}: ${what}: ${message}\n`);
    }
    if (to === undefined) io.out(text);
    else writeFileSync(to, text, { flag: 'wx' });
    return Promise.resolve(0);
  },
});
