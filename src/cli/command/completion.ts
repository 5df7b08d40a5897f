import { z } from 'zod';
import { defineCommand, type Command, type CommandEntry } from '../command.ts';
import { completionScript, SHELLS } from '../completion/script.ts';

const schema = z.object({ shell: z.enum(SHELLS) });

/** Completes the commands of the table, which it gets handed: the table loads this file. */
export const completionCommand = (commands: () => readonly CommandEntry[]): Command =>
  defineCommand({
    name: 'completion',
    about: 'print a completion script',
    positionals: [{ name: 'shell', about: 'the shell', required: true, choices: SHELLS }],
    options: {},
    examples: [
      ['source <(chaos completion bash)', 'for this shell'],
      ['chaos completion fish > ~/.config/fish/completions/chaos.fish', 'for every fish to come'],
    ],
    schema,
    async run({ shell }, io) {
      io.out(await completionScript(shell, commands()));
      return 0;
    },
  });
