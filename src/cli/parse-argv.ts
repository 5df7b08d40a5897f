import yargs from 'yargs';
import type { z } from 'zod';
import { ChaosError } from '../errors.ts';
import { nearName } from '../scenario/near-name.ts';
import type { Command, OptionSpec } from './command.ts';

/**
 * The arguments of one command, checked twice: yargs knows the options, the command's schema their values. (yargs
 * alone lets `--seed` without a value, `--seed abc` and a doubled `--seed` through.)
 */
export function parseArgv<A>(command: Command<A>, argv: readonly string[]): A {
  const { own, rest } = splitRest(command, argv);
  const given = readOptions(command, own);
  const positionals = readPositionals(command, given._.map(String));
  const values: Record<string, unknown> = { ...positionals };
  for (const [name, spec] of Object.entries(command.options)) {
    const value = given[name];
    if (value !== undefined) values[name] = checkValue(name, spec, value);
  }
  if (command.rest !== undefined) values['rest'] = rest;
  const parsed = command.schema.safeParse(values);
  if (!parsed.success) throw refuse(parsed.error);
  return parsed.data;
}

function splitRest(
  command: Command,
  argv: readonly string[],
): { own: readonly string[]; rest: readonly string[] } {
  const dashes = argv.indexOf('--');
  if (command.rest === undefined || dashes === -1) return { own: argv, rest: [] };
  return { own: argv.slice(0, dashes), rest: argv.slice(dashes + 1) };
}

type Given = { readonly _: readonly (string | number)[] } & Readonly<Record<string, unknown>>;

function readOptions(command: Command, argv: readonly string[]): Given {
  const names = Object.keys(command.options);
  const kinds = (type: OptionSpec['type']): string[] =>
    names.filter((name) => command.options[name]?.type === type);
  // a list takes one value per flag: `--set a=1 file.yml` must not swallow the file
  const parser = yargs()
    .parserConfiguration({
      'parse-numbers': false,
      'parse-positional-numbers': false,
      'dot-notation': false,
      'camel-case-expansion': false,
      'boolean-negation': false,
      'greedy-arrays': false,
      'strip-aliased': true,
    })
    .locale('en')
    .exitProcess(false)
    .help(false)
    .version(false)
    .string(kinds('string'))
    .boolean(kinds('boolean'))
    .array(kinds('list'))
    .string(kinds('list'))
    .fail((message: string | null, error: Error | undefined) => {
      throw new ChaosError(
        'usage',
        message ?? error?.message ?? 'the arguments are not understood',
      );
    });
  const given = parser.parseSync([...argv]) as Given;
  for (const name of Object.keys(given)) {
    if (name === '_' || name === '$0' || names.includes(name)) continue;
    const flag = name.length === 1 ? `-${name}` : `--${name}`;
    const near = nearName(name, names);
    throw new ChaosError('usage', `unknown option ${flag}`, {
      hint: near === undefined ? undefined : `did you mean --${near}?`,
    });
  }
  return given;
}

function checkValue(name: string, spec: OptionSpec, value: unknown): unknown {
  const flag = name.length === 1 ? `-${name}` : `--${name}`;
  if (spec.type !== 'list' && Array.isArray(value)) {
    throw new ChaosError('usage', `${flag} is given more than once`);
  }
  const values = (Array.isArray(value) ? value : [value]) as readonly unknown[];
  if (spec.type === 'boolean') return value;
  if (values.length === 0) throw new ChaosError('usage', `${flag} needs a value`);
  for (const one of values) {
    if (typeof one !== 'string' || one === '')
      throw new ChaosError('usage', `${flag} needs a value`);
    if (spec.choices !== undefined && !spec.choices.includes(one)) {
      throw notAChoice(flag, one, spec.choices);
    }
  }
  return value;
}

function readPositionals(command: Command, words: readonly string[]): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  let at = 0;
  for (const spec of command.positionals) {
    const own = spec.many === true ? words.slice(at) : words.slice(at, at + 1);
    at += own.length;
    if (own.length === 0 && spec.required) {
      const wanted = spec.choices?.join(', ') ?? spec.about;
      throw new ChaosError('usage', `${spec.name.toUpperCase()} is missing: ${wanted}`);
    }
    for (const word of own) {
      if (spec.choices !== undefined && !spec.choices.includes(word)) {
        throw notAChoice(spec.name.toUpperCase(), word, spec.choices);
      }
    }
    if (spec.many === true) values[spec.name] = own;
    else if (own.length > 0) values[spec.name] = own[0];
  }
  if (at < words.length) throw new ChaosError('usage', `unexpected argument: ${words[at] ?? ''}`);
  return values;
}

function notAChoice(what: string, given: string, choices: readonly string[]): ChaosError {
  const near = nearName(given, choices);
  return new ChaosError(
    'usage',
    `${what}: ${JSON.stringify(given)} is not one of ${choices.join(', ')}`,
    {
      hint: near === undefined ? undefined : `did you mean ${near}?`,
    },
  );
}

function refuse(error: z.ZodError): ChaosError {
  const [first] = error.issues;
  const name = String(first?.path[0] ?? '');
  return new ChaosError('usage', `--${name}: ${first?.message ?? 'not understood'}`);
}
