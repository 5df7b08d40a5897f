import { ChaosError } from '../errors.ts';
import { foldParams } from './expression/check.ts';
import { ExpressionError } from './expression/expression-error.ts';
import { parseExpression } from './expression/parse.ts';
import type { ParamValue } from './expression/scope.ts';
import { nearName } from './near-name.ts';
import { Problems } from './problems.ts';
import { dimensionExamples, formatQuantity, parseQuantity } from './quantity-text.ts';
import type { Scenario } from './read-scenario.ts';
import type { ParamData } from './schema.ts';
import type { YamlPath } from './yaml.ts';

export type Params = ReadonlyMap<string, ParamValue>;

/**
 * The parameters of a scenario, defaults replaced by `set` (`--set name=value`).
 * @throws ChaosError 'invalid' for a declaration, 'usage' for what was set
 */
export function resolveParams(scenario: Scenario, set: Readonly<Record<string, string>>): Params {
  const declared = scenario.data.params ?? {};
  const problems = new Problems(scenario.document);
  const params = new Map<string, ParamValue>();
  for (const [name, data] of Object.entries(declared)) {
    const value = declaredValue(problems, ['params', name], data);
    if (value !== undefined) params.set(name, value);
  }
  problems.throwIfAny();
  for (const [name, text] of Object.entries(set)) {
    const data = Object.hasOwn(declared, name) ? declared[name] : undefined;
    if (data === undefined) throw unknownParam(name, Object.keys(declared));
    params.set(name, readParam(name, data, text));
  }
  return params;
}

/**
 * What `text` is as a value of this parameter: of the default's dimension, within its bounds.
 * @throws ChaosError 'usage'
 */
export function readParam(name: string, data: ParamData, text: string): ParamValue {
  const value = valueOf(text);
  const wrong = whyNot(data, value);
  if (wrong !== undefined) throw new ChaosError('usage', `${name}=${text}: ${wrong}`);
  return value;
}

/** A parameter as a person writes it. */
export function paramText(value: ParamValue): string {
  return typeof value === 'object' ? value.text : String(value);
}

/** A dollar sign before a name, and not one that is written `$$`, which stands for itself. */
const DOLLAR = /(?<!\$)\$[A-Za-z_]/;

/**
 * Put parameters into the value at `path`: every text with a `$` before a name is an expression of parameters, and `$$` is
 * a dollar sign (a shell's variable, say).
 */
export function substituteParams(
  problems: Problems,
  path: YamlPath,
  value: unknown,
  params: Params,
): unknown {
  if (typeof value === 'string') {
    if (!DOLLAR.test(value)) return value.replaceAll(/\$\$(?=[A-Za-z_])/g, () => '$');
    return problems.attempt(path, () => folded(value, params));
  }
  if (Array.isArray(value)) {
    return value.map((item, index) => substituteParams(problems, [...path, index], item, params));
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      substituteParams(problems, [...path, key], item, params),
    ]),
  );
}

/** @throws ExpressionError */
function folded(text: string, params: Params): ParamValue {
  try {
    return foldParams(parseExpression(text), params);
  } catch (error) {
    if (!(error instanceof ExpressionError) || error.near !== undefined) throw error;
    const { offset, message, expected, hint = 'a $ that is no parameter is written $$' } = error;
    throw new ExpressionError(offset, message, { expected, hint });
  }
}

function declaredValue(
  problems: Problems,
  path: YamlPath,
  data: ParamData,
): ParamValue | undefined {
  const inner = problems.document.has([...path, 'default']);
  const at = inner ? [...path, 'default'] : path;
  const value = problems.attempt(at, () => valueOf(data.default));
  if (value === undefined) return undefined;
  for (const bound of ['min', 'max'] as const) {
    const text = data[bound];
    if (text === undefined) continue;
    const limit = problems.attempt([...path, bound], () => valueOf(text));
    if (limit === undefined) return undefined;
    if (
      typeof value !== 'object' ||
      typeof limit !== 'object' ||
      limit.dimension !== value.dimension
    ) {
      const expected = typeof value === 'object' ? dimensionExamples[value.dimension] : undefined;
      problems.add([...path, bound], `'${bound}' is not of the same kind as the default`, {
        expected,
      });
      return undefined;
    }
  }
  const wrong = whyNot(data, value);
  if (wrong !== undefined) problems.add(at, `the default ${data.default}: ${wrong}`);
  return value;
}

/** A quantity, true or false, or a text. */
function valueOf(text: string): ParamValue {
  if (text === 'true' || text === 'false') return text === 'true';
  return /^\d/.test(text) ? parseQuantity(text) : text;
}

function whyNot(data: ParamData, value: ParamValue): string | undefined {
  if (data.choices !== undefined && !data.choices.includes(paramText(value))) {
    return `expected one of ${data.choices.join(', ')}`;
  }
  const model = valueOf(data.default);
  if (typeof model !== 'object' || typeof value !== 'object') {
    if (typeof model === typeof value) return undefined;
    if (typeof model === 'object') return `expected ${dimensionExamples[model.dimension]}`;
    return typeof model === 'boolean' ? 'expected true or false' : 'expected a text';
  }
  if (model.dimension !== value.dimension) return `expected ${dimensionExamples[model.dimension]}`;
  const [min, max] = [data.min, data.max].map((text) =>
    text === undefined ? undefined : valueOf(text),
  );
  if (typeof min === 'object' && value.value < min.value) return `at least ${formatQuantity(min)}`;
  if (typeof max === 'object' && value.value > max.value) return `at most ${formatQuantity(max)}`;
  return undefined;
}

function unknownParam(name: string, known: readonly string[]): ChaosError {
  const near = nearName(name, known);
  const hint =
    near !== undefined
      ? `did you mean ${near}?`
      : known.length > 0
        ? `it has ${known.join(', ')}`
        : 'it has none';
  return new ChaosError('usage', `the scenario has no parameter '${name}'`, { hint });
}
