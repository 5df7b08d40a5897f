import type { z } from 'zod';
import { nearName } from './near-name.ts';
import type { ProblemExtra, Problems } from './problems.ts';
import { keysAt } from './schema-keys.ts';
import type { YamlPath } from './yaml.ts';

type Issue = z.core.$ZodIssue;

/**
 * Say in the words of the file what zod found wrong with the value at `base`. `alsoKnown`: keys that somebody else
 * takes out of that map, for near names.
 */
export function addIssues(
  problems: Problems,
  base: YamlPath,
  error: z.ZodError,
  schema: z.ZodType,
  alsoKnown: readonly string[] = [],
): void {
  const reader = new IssueReader(problems, base, schema, alsoKnown);
  for (const issue of error.issues) reader.add(issue, issue.path);
}

/** A key that is none of `known`. */
export function addUnknownKey(
  problems: Problems,
  path: YamlPath,
  known: readonly string[],
  hint?: string,
): void {
  const key = String(path.at(-1));
  if (known.includes(key)) {
    // of a value that may be written in several ways
    problems.addKey(path, `'${key}' cannot stand beside the other keys here`);
    return;
  }
  problems.addKey(path, `unknown key '${key}'`, {
    expected: known.length > 0 && known.length <= 24 ? `one of ${known.join(', ')}` : undefined,
    near: nearName(key, known),
    hint,
  });
}

class IssueReader {
  readonly #problems: Problems;
  readonly #base: YamlPath;
  readonly #schema: z.ZodType;
  readonly #alsoKnown: readonly string[];

  constructor(problems: Problems, base: YamlPath, schema: z.ZodType, alsoKnown: readonly string[]) {
    this.#problems = problems;
    this.#base = base;
    this.#schema = schema;
    this.#alsoKnown = alsoKnown;
  }

  add(issue: Issue, inside: readonly PropertyKey[]): void {
    const path = [...this.#base, ...inside];
    switch (issue.code) {
      case 'unrecognized_keys': {
        const own = keysAt(this.#schema, inside);
        const known = inside.length === 0 ? [...this.#alsoKnown, ...own] : own;
        for (const key of issue.keys) addUnknownKey(this.#problems, [...path, key], known);
        return;
      }
      case 'invalid_key': {
        const reason = issue.issues[0]?.message ?? 'it is not allowed';
        this.#problems.addKey(path, `'${String(path.at(-1))}' cannot be a name here: ${reason}`);
        return;
      }
      case 'invalid_union':
        this.#union(issue, inside);
        return;
      case 'invalid_type':
        this.#say(path, [typeName(issue.expected)]);
        return;
      case 'invalid_value': {
        const values = issue.values.map(String);
        const given = this.#problems.document.textOf(path);
        if (given === undefined) this.#say(path, values);
        else {
          const near = nearName(given, values);
          this.#problems.add(path, `'${given}' is not possible here`, {
            expected: values.join(', '),
            near,
          });
        }
        return;
      }
      case 'too_small':
        if (issue.origin === 'array') this.#problems.add(path, 'the list is empty');
        else this.#message(path, issue.message);
        return;
      default:
        this.#message(path, issue.message);
    }
  }

  /** Of the branches of a union, the first that got past the type is the one that its author meant. */
  #union(issue: Extract<Issue, { code: 'invalid_union' }>, inside: readonly PropertyKey[]): void {
    const wrongType = (one: Issue): boolean => one.code === 'invalid_type' && one.path.length === 0;
    const meant = issue.errors.find((branch) => !branch.some(wrongType));
    if (meant !== undefined) {
      for (const one of meant) this.add(one, [...inside, ...one.path]);
      return;
    }
    const types = issue.errors
      .flat()
      .flatMap((one) => ('expected' in one ? [typeName(one.expected)] : []));
    this.#say([...this.#base, ...inside], [...new Set(types)]);
  }

  #say(path: YamlPath, expected: readonly string[]): void {
    const { document } = this.#problems;
    const wanted = expected.join(' or ');
    if (!document.has(path)) this.#missing(path, { expected: wanted });
    else {
      const hint = document.hintFor(path) ?? quoteHint(wanted, document.textOf(path));
      this.#problems.add(path, `expected ${wanted}, not ${this.#found(path)}`, { hint });
    }
  }

  #message(path: YamlPath, message: string): void {
    const missing = /^missing; expected (.*)$/su.exec(message);
    if (missing?.[1] !== undefined) this.#missing(path, { expected: missing[1] });
    else this.#problems.add(path, message, { hint: this.#problems.document.hintFor(path) });
  }

  #missing(path: YamlPath, extra: ProblemExtra): void {
    this.#problems.add(path, `'${String(path.at(-1))}' is missing`, extra);
  }

  #found(path: YamlPath): string {
    const { document } = this.#problems;
    const text = document.textOf(path);
    if (text === '') return 'an empty value';
    if (text !== undefined) return `'${text}'`;
    let value = document.value;
    for (const step of path) value = (value as Record<PropertyKey, unknown> | undefined)?.[step];
    return Array.isArray(value) ? 'a list' : 'a map';
  }
}

function quoteHint(wanted: string, text: string | undefined): string | undefined {
  if (text === undefined || text === '' || wanted !== 'a text') return undefined;
  return `YAML reads ${text} as something else than a text; quote it: '${text}'`;
}

function typeName(expected: string): string {
  const names: Readonly<Record<string, string>> = {
    string: 'a text', number: 'a number', int: 'a whole number', boolean: 'true or false',
    array: 'a list', object: 'a map', record: 'a map',
  }; // prettier-ignore
  return names[expected] ?? expected;
}
