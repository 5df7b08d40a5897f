import type { z } from 'zod';
import type { Io } from './io.ts';

/** An option of a command. A `list` may be given several times. */
export interface OptionSpec {
  readonly type: 'string' | 'boolean' | 'list';
  readonly about: string;
  /** how its value is called in the help text: 'DIR' */
  readonly value?: string;
  readonly choices?: readonly string[];
}

/** A positional argument, in the order in which they are given. Only the last one may be `many`. */
export interface PositionalSpec {
  readonly name: string;
  readonly about: string;
  readonly required: boolean;
  readonly many?: boolean;
  readonly choices?: readonly string[];
  /** completed as a file name by shells */
  readonly file?: boolean;
}

/** A command of `chaos`, one file each, loaded only when it is called. */
export interface Command<A = unknown> {
  readonly name: string;
  readonly about: string;
  readonly positionals: readonly PositionalSpec[];
  readonly options: Readonly<Record<string, OptionSpec>>;
  readonly examples: readonly (readonly [command: string, what: string])[];
  /** everything after `--` (lab exec) */
  readonly rest?: string;
  /** argv again, typed: yargs lets `--seed` without a value and a doubled `--seed` through */
  readonly schema: z.ZodType<A>;
  run(args: A, io: Io): Promise<number>;
}

/** Keeps a command's argument type to itself, so that all commands fit one table. */
export function defineCommand<A>(command: Command<A>): Command {
  return command;
}

/** An entry of the command table: what help needs without loading the command. */
export type CommandEntry = CommandLeaf | CommandGroup;

export interface CommandLeaf {
  readonly name: string;
  readonly about: string;
  load(): Promise<Command>;
}

export interface CommandGroup {
  readonly name: string;
  readonly about: string;
  readonly commands: readonly CommandLeaf[];
}
