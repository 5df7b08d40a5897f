import { ChaosError } from '../errors.ts';
import { parseRange } from './expression/parse.ts';
import { ExpressionError } from './expression/expression-error.ts';
import type { ParamValue } from './expression/scope.ts';
import { nearName } from './near-name.ts';
import { paramText, readParam, resolveParams } from './params.ts';
import { Problems } from './problems.ts';
import { formatQuantity } from './quantity-text.ts';
import type { Scenario } from './read-scenario.ts';
import type { YamlPath } from './yaml.ts';

/** One run of a sweep: parameters as `--set` would give them, and a seed. */
export interface SweepCell {
  readonly params: Readonly<Record<string, string>>;
  readonly seed: number;
}

export interface SweepOptions {
  /** `--seeds`: `1..20`, `1,5,9`, `7`; it replaces the seeds of the file */
  readonly seeds?: string | undefined;
  /** the seed where nobody gave seeds; default 1 */
  readonly seed?: number | undefined;
  /** `--set`: a parameter that is set is not swept */
  readonly set?: Readonly<Record<string, string>> | undefined;
}

/** More cells than anybody waits for are a mistake in a range. */
const MAX_CELLS = 100_000;

/**
 * The runs that a scenario asks for: the product of all parameters with the same seeds for each (paired), parameters
 * in the order of the file, the seed fastest. Without `sweep` and seeds it is one cell.
 * @throws ChaosError 'invalid' (the file) or 'usage' (the options)
 */
export function expandSweep(scenario: Scenario, options: SweepOptions = {}): readonly SweepCell[] {
  const { set = {}, seed = 1 } = options;
  resolveParams(scenario, set);
  const problems = new Problems(scenario.document);
  const { seeds: inFile, ...swept } = scenario.data.sweep ?? {};
  const axes = Object.entries(swept)
    .filter(([name]) => !Object.hasOwn(set, name))
    .map(([name, values]) => [name, axis(scenario, problems, name, values)] as const);
  const fileSeeds =
    inFile === undefined
      ? [seed]
      : (problems.attempt(['sweep', 'seeds'], () => parseSeeds(seedText(inFile))) ?? []);
  problems.throwIfAny();
  const seeds = options.seeds === undefined ? fileSeeds : parseSeeds(options.seeds, 'usage');
  const size = axes.reduce((product, [, values]) => product * values.length, seeds.length);
  if (size > MAX_CELLS) {
    throw new ChaosError(
      'usage',
      `that would be ${String(size)} runs; at most ${String(MAX_CELLS)}`,
    );
  }
  let cells: Record<string, string>[] = [{ ...set }];
  for (const [name, values] of axes) {
    cells = cells.flatMap((cell) => values.map((value) => ({ ...cell, [name]: value })));
  }
  return cells.flatMap((params) => seeds.map((one) => ({ params, seed: one })));
}

/**
 * `1..20`, `1,5,9`, `7`: integers from 0 to 2^53 - 1, each once.
 * @throws ChaosError
 */
export function parseSeeds(text: string, code: 'invalid' | 'usage' = 'invalid'): readonly number[] {
  const seeds = text.split(',').flatMap((part) => {
    const match = /^\s*(\d+)\s*(?:\.\.\s*(\d+)\s*)?$/.exec(part);
    const from = Number(match?.[1]);
    const to = Number(match?.[2] ?? match?.[1]);
    if (match === null || !Number.isSafeInteger(from) || !Number.isSafeInteger(to) || to < from) {
      throw new ChaosError(code, `'${text}' are no seeds; expected 1..20, 1,5,9 or 7, below 2^53`);
    }
    if (to - from >= MAX_CELLS) throw new ChaosError(code, `'${part}': too many seeds`);
    return Array.from({ length: to - from + 1 }, (_, i) => from + i);
  });
  return [...new Set(seeds)];
}

function seedText(value: unknown): string {
  if (Array.isArray(value)) return value.map(String).join(',');
  return typeof value === 'string' || typeof value === 'number' ? String(value) : 'this';
}

/** A list, `1..5` (counts), or `{from, to, step}`; every value as text that the parameter takes. */
function axis(
  scenario: Scenario,
  problems: Problems,
  name: string,
  given: unknown,
): readonly string[] {
  const path = ['sweep', name];
  const declared = scenario.data.params ?? {};
  const data = Object.hasOwn(declared, name) ? declared[name] : undefined;
  if (data === undefined) {
    const near = nearName(name, [...Object.keys(declared), 'seeds']);
    problems.addKey(path, `there is no parameter '${name}' to sweep`, { near });
    return [];
  }
  const read = (text: string, at: YamlPath): ParamValue | undefined => {
    try {
      return readParam(name, data, text);
    } catch (error) {
      if (!(error instanceof ChaosError)) throw error;
      problems.add(at, error.message);
      return undefined;
    }
  };
  if (Array.isArray(given)) {
    if (given.length === 0) problems.add(path, 'an empty list sweeps nothing');
    return given.flatMap((item: unknown, index) => {
      if (typeof item !== 'string' && typeof item !== 'number' && typeof item !== 'boolean') {
        problems.add([...path, index], 'expected one value such as 30%, 5, fast');
        return [];
      }
      const value = read(String(item), [...path, index]);
      return value === undefined ? [] : [paramText(value)];
    });
  }
  const range = readRange(problems, path, given);
  if (range === undefined) return [];
  const ends = [range.from, range.to, range.step].map((text) => read(text, path));
  const [from, to, step] = ends.map((end) => (typeof end === 'object' ? end : undefined));
  if (from === undefined || to === undefined || step === undefined) {
    if (ends.every((end) => end !== undefined))
      problems.add(path, `'${name}' has no range; give a list`);
    return [];
  }
  const n = Math.floor((to.value - from.value) / step.value + 1e-9) + 1;
  if (!(step.value > 0) || n < 1 || n > MAX_CELLS) {
    problems.add(path, `a range goes up from ${from.text} to ${to.text} by a step above zero`);
    return [];
  }
  return Array.from({ length: n }, (_, i) => {
    // 10% + 2 * 10% is 0.30000000000000004 in binary
    const value = Number((from.value + i * step.value).toPrecision(14));
    return formatQuantity({ dimension: from.dimension, value });
  });
}

interface RangeText {
  readonly from: string;
  readonly to: string;
  readonly step: string;
}

function readRange(problems: Problems, path: YamlPath, given: unknown): RangeText | undefined {
  const expected = 'a list [10%, 30%], a range 1..5, or {from: 10%, to: 50%, step: 10%}';
  if (typeof given === 'string') {
    const range = problems.attempt(path, () => parseRange(given));
    if (range === undefined) return undefined;
    if (
      range.from.type !== 'quantity' ||
      range.to.type !== 'quantity' ||
      range.from.dimension !== 'count'
    ) {
      problems.attempt(path, () => {
        throw new ExpressionError(0, 'a range of figures needs its step', { expected });
      });
      return undefined;
    }
    return { from: String(range.from.value), to: String(range.to.value), step: '1' };
  }
  if (typeof given === 'object' && given !== null && !Array.isArray(given)) {
    const { from, to, step, ...rest } = given as Readonly<Record<string, unknown>>;
    const unknown = Object.keys(rest)[0];
    if (unknown !== undefined) {
      problems.addKey([...path, unknown], `unknown key '${unknown}'`, {
        expected: 'from, to, step',
      });
      return undefined;
    }
    if ([from, to, step].every((one) => typeof one === 'string' || typeof one === 'number')) {
      return { from: String(from), to: String(to), step: String(step) };
    }
  }
  problems.add(path, `'${String(path.at(-1))}' is not swept like this`, { expected });
  return undefined;
}
