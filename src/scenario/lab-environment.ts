import { ChaosError } from '../errors.ts';
import { foldParams } from './expression/check.ts';
import { ExpressionError } from './expression/expression-error.ts';
import { parseExpression } from './expression/parse.ts';
import { resolveParams } from './params.ts';
import { Problems } from './problems.ts';
import { inUnit } from './quantity-text.ts';
import type { Scenario } from './read-scenario.ts';

/**
 * The variables that the scenario gives to the lab file (`lab: {env: {ADVERT: $advert in s}}`), for containerlab's own
 * `${ADVERT:=1}`: plain numbers in the unit that is named, or texts. Read the lab file with it, then make the plan.
 * @throws ChaosError 'invalid', or 'usage' for a wrong `set`
 */
export function labEnvironment(
  scenario: Scenario,
  set: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const { lab } = scenario.data;
  const params = resolveParams(scenario, set);
  const problems = new Problems(scenario.document);
  const environment: Record<string, string> = {};
  for (const [name, text] of Object.entries(
    (typeof lab === 'object' ? lab.env : undefined) ?? {},
  )) {
    const rendered = problems.attempt(['lab', 'env', name], () => render(text, params));
    if (rendered !== undefined) environment[name] = rendered;
  }
  problems.throwIfAny();
  return environment;
}

function render(text: string, params: ReturnType<typeof resolveParams>): string {
  if (!text.includes('$')) return text;
  const match = /^(.*\S)\s+in\s+(\S+)\s*$/su.exec(text);
  const value = foldParams(parseExpression(match?.[1] ?? text), params);
  if (typeof value !== 'object') {
    if (match === null) return String(value);
    throw new ExpressionError(0, "only a figure can be given 'in' a unit");
  }
  if (match?.[2] === undefined) {
    if (value.dimension === 'count') return String(value.value);
    throw new ExpressionError(0, 'a lab reads plain numbers: say in which unit', {
      hint: `'${text} in s', for example`,
    });
  }
  try {
    return String(inUnit(value, match[2]));
  } catch (error) {
    if (!(error instanceof ChaosError)) throw error;
    throw new ExpressionError(text.lastIndexOf(match[2]), error.message);
  }
}
