import { z } from 'zod';
import { ChaosError } from '../../errors.ts';
import { defineCommand, type Command } from '../command.ts';
import type { Io } from '../io.ts';
import type { Listed } from '../list/listed.ts';
import { table } from '../table.ts';

const LISTS = [
  ...(['faults', 'observers', 'probes', 'services', 'drivers', 'profiles'] as const),
  ...(['scenarios', 'signals'] as const),
] as const;
type ListName = (typeof LISTS)[number];

const schema = z.object({
  what: z.enum(LISTS),
  file: z.string().optional(),
  json: z.boolean().default(false),
});

export const command: Command = defineCommand({
  name: 'list',
  about: 'list what there is, from the registries themselves',
  positionals: [
    { name: 'what', about: 'what', required: true, choices: LISTS },
    { name: 'file', about: 'the scenario whose signals are listed', required: false, file: true },
  ],
  options: { json: { type: 'boolean', about: 'as a JSON array of {name, description, ...}' } },
  examples: [
    ['chaos list faults', 'every kind of fault, with an example'],
    ['chaos list signals scenarios/flaky-wan.yml', 'what this scenario can measure and check'],
  ],
  schema,
  async run({ what, file, json }, io) {
    if (file !== undefined && what !== 'signals') {
      throw new ChaosError('usage', `unexpected argument: ${file}`);
    }
    const items = await listItems(what, file, io);
    if (json) io.out(`${JSON.stringify(items, null, 2)}\n`);
    else sayItems(what, items, io);
    return 0;
  },
});

async function listItems(what: ListName, file: string | undefined, io: Io): Promise<Listed[]> {
  const kinds = await import('../list/kinds.ts');
  switch (what) {
    case 'faults':
      return kinds.listFaults();
    case 'observers':
      return kinds.listObservers();
    case 'probes':
      return kinds.listProbes();
    case 'services':
      return kinds.listServices();
    case 'drivers':
      return kinds.listDrivers();
    case 'profiles':
      return kinds.listProfiles();
    case 'scenarios':
      return (await import('../list/scenarios.ts')).listScenarios(io.cwd);
    case 'signals':
      if (file === undefined) {
        throw new ChaosError('usage', 'FILE is missing: the signals of which scenario?');
      }
      return (await import('../list/signals.ts')).listSignalsOf(file);
    default:
      return what satisfies never;
  }
}

function sayItems(what: ListName, items: readonly Listed[], io: Io): void {
  if (items.length === 0) io.err(`there are no ${what}\n`);
  const rows = items.map((item) => {
    const unit =
      typeof item['unit'] === 'string' ? [item['type'], item['unit'], item['resolution']] : [];
    return [item.name, ...unit.map(String), item.description];
  });
  for (const line of table(rows)) io.out(`${line}\n`);
  const examples = items.filter((item) => typeof item['example'] === 'string');
  if (examples.length > 0) io.out('\nexamples\n');
  for (const item of examples) io.out(`  ${String(item['example']).replaceAll('\n', '\n  ')}\n`);
}
