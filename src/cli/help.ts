import type { Command, CommandGroup, OptionSpec, PositionalSpec } from './command.ts';
import { commands } from './commands.ts';

/** `chaos --help`: from the table alone, without loading a command or yargs. */
export function overviewText(): string {
  return [
    'chaos: what happens to real daemons when the network goes flaky but not down?',
    '',
    'Usage: chaos COMMAND [OPTIONS]',
    '',
    ...columns(commands.map(({ name, about }) => [name, about])),
    '',
    'chaos COMMAND --help says more. Start with: chaos init && chaos run two-nodes.yml',
    '',
  ].join('\n');
}

/** `chaos lab --help` */
export function groupText(group: CommandGroup): string {
  return [
    `chaos ${group.name}: ${group.about}`,
    '',
    `Usage: chaos ${group.name} COMMAND [OPTIONS]`,
    '',
    ...columns(group.commands.map(({ name, about }) => [name, about])),
    '',
  ].join('\n');
}

/** `chaos run --help`; `path` is how the command is called: 'lab up' */
export function commandText(path: string, command: Command): string {
  const options = Object.entries(command.options).map(([name, spec]) => [
    optionUsage(name, spec),
    optionAbout(spec),
  ]);
  options.push(['--help', 'show this']);
  const rest = command.rest === undefined ? '' : ` -- ${command.rest}`;
  const usage = ['chaos', path, '[OPTIONS]', ...command.positionals.map(positionalUsage)].join(' ');
  const lines = [command.about, '', `Usage: ${usage}${rest}`];
  if (command.positionals.length > 0) {
    lines.push('', 'Arguments:');
    lines.push(
      ...columns(command.positionals.map((p) => [p.name.toUpperCase(), positionalAbout(p)])),
    );
  }
  lines.push('', 'Options:', ...columns(options));
  if (command.examples.length > 0) {
    lines.push('', 'Examples:', ...columns(command.examples.map(([line, what]) => [line, what])));
  }
  return `${lines.join('\n')}\n`;
}

function optionUsage(name: string, spec: OptionSpec): string {
  const flag = name.length === 1 ? `-${name}` : `--${name}`;
  return spec.type === 'boolean' ? flag : `${flag} ${spec.value ?? 'VALUE'}`;
}

function optionAbout(spec: OptionSpec): string {
  const choices = spec.choices === undefined ? '' : ` (${spec.choices.join(', ')})`;
  return spec.about + choices + (spec.type === 'list' ? ' (may be repeated)' : '');
}

function positionalUsage(spec: PositionalSpec): string {
  const name = spec.name.toUpperCase() + (spec.many === true ? '...' : '');
  return spec.required ? name : `[${name}]`;
}

function positionalAbout(spec: PositionalSpec): string {
  return spec.choices === undefined ? spec.about : `${spec.about}: ${spec.choices.join(', ')}`;
}

function columns(rows: readonly (readonly string[])[]): string[] {
  const width = Math.min(30, Math.max(...rows.map(([left = '']) => left.length)));
  return rows.map(([left = '', right = '']) =>
    left.length > width
      ? `  ${left}\n  ${' '.repeat(width)}  ${right}`
      : `  ${left.padEnd(width)}  ${right}`,
  );
}
