import type { Command, CommandEntry } from '../command.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** How a command is called ('lab up') with what it takes. */
interface Called {
  readonly path: string;
  readonly command: Command;
}

/** A completion script made from the command table itself: commands, options, and values that are a choice. */
export async function completionScript(
  shell: Shell,
  commands: readonly CommandEntry[],
): Promise<string> {
  const all: Called[] = [];
  for (const entry of commands) {
    if (!('commands' in entry)) all.push({ path: entry.name, command: await entry.load() });
    else {
      for (const leaf of entry.commands) {
        all.push({ path: `${entry.name} ${leaf.name}`, command: await leaf.load() });
      }
    }
  }
  switch (shell) {
    case 'bash':
      return bashScript(all, commands);
    case 'zsh':
      // zsh runs bash's completion functions as they are
      return `autoload -U +X bashcompinit && bashcompinit\n${bashScript(all, commands)}`;
    case 'fish':
      return fishScript(all, commands);
    default:
      return shell satisfies never;
  }
}

const flagOf = (name: string): string => (name.length === 1 ? `-${name}` : `--${name}`);

function flags(command: Command): string {
  return [...Object.keys(command.options).map(flagOf), '--help'].join(' ');
}

/** The words that can come next: choices of the positionals; files are completed by the shell. */
function words(command: Command): string {
  return command.positionals.flatMap((spec) => spec.choices ?? []).join(' ');
}

function bashScript(all: readonly Called[], commands: readonly CommandEntry[]): string {
  const top = [...commands.map((entry) => entry.name), '--help', '--version'].join(' ');
  const groups = commands.flatMap((entry) =>
    'commands' in entry
      ? [`    ${entry.name}) words="${entry.commands.map((leaf) => leaf.name).join(' ')}" ;;`]
      : [],
  );
  const cases = all.map(
    ({ path, command }) =>
      `    "${path}") words="${[words(command), flags(command)].filter(Boolean).join(' ')}" ;;`,
  );
  const values = all.flatMap(({ path, command }) =>
    Object.entries(command.options)
      .filter(([, spec]) => spec.choices !== undefined)
      .map(
        ([name, spec]) =>
          `    "${path} ${flagOf(name)}") words="${spec.choices?.join(' ') ?? ''}" ;;`,
      ),
  );
  return `# chaos completion, made by: chaos completion
_chaos() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" words=""
  local first="\${COMP_WORDS[1]}" path="\${COMP_WORDS[1]}"
  case "$first" in
    ${commands
      .filter((entry) => 'commands' in entry)
      .map((entry) => entry.name)
      .join('|')}) [ "$COMP_CWORD" -gt 2 ] && path="$first \${COMP_WORDS[2]}" ;;
  esac
  if [ "$COMP_CWORD" -eq 1 ]; then words="${top}"; fi
  if [ "$COMP_CWORD" -gt 1 ]; then
  case "$path" in
${[...groups, ...cases].join('\n')}
  esac
  case "$path $previous" in
${values.join('\n')}
    *) ;;
  esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -o bashdefault -F _chaos chaos chaoslab
`;
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

function fishScript(all: readonly Called[], commands: readonly CommandEntry[]): string {
  const lines = ['# chaos completion, made by: chaos completion'];
  for (const program of ['chaos', 'chaoslab']) {
    for (const { name, about } of commands) {
      lines.push(`complete -c ${program} -n __fish_use_subcommand -a ${name} -d ${quote(about)}`);
    }
    for (const { path, command } of all) lines.push(...fishCommand(program, path, command));
  }
  return `${lines.join('\n')}\n`;
}

function fishCommand(program: string, path: string, command: Command): string[] {
  const [first = '', second] = path.split(' ');
  const seen = `__fish_seen_subcommand_from ${first}`;
  const when = second === undefined ? seen : `${seen}; and __fish_seen_subcommand_from ${second}`;
  const lines: string[] = [];
  if (second !== undefined) {
    lines.push(`complete -c ${program} -n ${quote(seen)} -a ${second} -d ${quote(command.about)}`);
  }
  for (const [name, spec] of Object.entries(command.options)) {
    const flag = name.length === 1 ? `-s ${name}` : `-l ${name}`;
    const value = spec.type === 'boolean' ? '' : ' -r';
    const choices = spec.choices === undefined ? '' : ` -f -a ${quote(spec.choices.join(' '))}`;
    lines.push(
      `complete -c ${program} -n ${quote(when)} ${flag}${value}${choices} -d ${quote(spec.about)}`,
    );
  }
  const choices = words(command);
  if (choices !== '')
    lines.push(`complete -c ${program} -n ${quote(when)} -f -a ${quote(choices)}`);
  return lines;
}
