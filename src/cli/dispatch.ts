import { ChaosError } from '../errors.ts';
import { nearName } from '../scenario/near-name.ts';
import type { Command, CommandEntry, CommandLeaf } from './command.ts';
import { commands } from './commands.ts';
import { EXIT } from './exit-code.ts';
import { commandText, groupText, overviewText } from './help.ts';
import type { Io } from './io.ts';
import { parseArgv } from './parse-argv.ts';
import { sayError } from './say-error.ts';

/** argv to exit code. Never throws: every error becomes words on stderr and a code. */
export async function dispatch(argv: readonly string[], io: Io): Promise<number> {
  try {
    return await findAndRun(argv, io);
  } catch (error) {
    return sayError(error, io);
  }
}

async function findAndRun(argv: readonly string[], io: Io): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined) {
    io.err(overviewText());
    return EXIT.usage;
  }
  const entry = find(name, commands, 'command');
  if (!('commands' in entry)) return runCommand(entry.name, await entry.load(), rest, io);
  const [inner, ...innerRest] = rest;
  if (inner === undefined || inner === '--help' || inner === '-h') {
    (inner === undefined ? io.err : io.out)(groupText(entry));
    return inner === undefined ? EXIT.usage : EXIT.pass;
  }
  const leaf: CommandLeaf = find(inner, entry.commands, `command of "chaos ${entry.name}"`);
  return runCommand(`${entry.name} ${leaf.name}`, await leaf.load(), innerRest, io);
}

function find<E extends CommandEntry>(name: string, entries: readonly E[], what: string): E {
  const entry = entries.find((e) => e.name === name);
  if (entry !== undefined) return entry;
  const names = entries.map((e) => e.name);
  const near = nearName(name, names);
  const message = name.startsWith('-') ? `unknown option ${name}` : `unknown ${what}: ${name}`;
  throw new ChaosError('usage', message, {
    hint: near === undefined ? `there are: ${names.join(', ')}` : `did you mean ${near}?`,
  });
}

async function runCommand(
  path: string,
  command: Command,
  argv: readonly string[],
  io: Io,
): Promise<number> {
  const dashes = argv.indexOf('--');
  const own = dashes === -1 ? argv : argv.slice(0, dashes);
  if (own.includes('--help') || own.includes('-h')) {
    io.out(commandText(path, command));
    return EXIT.pass;
  }
  return command.run(parseArgv(command, argv), io);
}
