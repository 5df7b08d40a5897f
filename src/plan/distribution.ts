import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { exponential, uniform } from '../fault/random.ts';
import { foldParams } from '../scenario/expression/check.ts';
import { ExpressionError } from '../scenario/expression/expression-error.ts';
import { parseExpression } from '../scenario/expression/parse.ts';
import { durationOf } from '../scenario/expression/time.ts';
import type { YamlPath } from '../scenario/yaml.ts';
import type { PlanContext } from './plan-context.ts';

/** Draws a duration, ns; what is not above zero is for who asks to cut off. */
export type Distribution = (random: RandomGenerator) => number;

type Argument = 'duration' | 'number';

interface Named {
  readonly takes: readonly Argument[];
  readonly example: string;
  /** what is wrong with the values */
  refuse(values: readonly number[]): string | undefined;
  draw(values: readonly number[], random: RandomGenerator): number;
}

const positive = ([first = 0]: readonly number[]): string | undefined =>
  first > 0 ? undefined : 'it has no length';

/** By the names that they have in expressions. */
const distributions: Readonly<Record<string, Named>> = {
  exp: {
    takes: ['duration'],
    example: 'exp(2s): the mean',
    refuse: positive,
    draw: ([mean = 0], random) => exponential(random, mean),
  },
  uniform: {
    takes: ['duration', 'duration'],
    example: 'uniform(1s, 3s): the shortest and the longest',
    refuse: ([from = 0, to = 0]) =>
      from >= 0 && to > from ? undefined : 'the second has to be longer than the first',
    draw: ([from = 0, to = 0], random) => from + uniform(random) * (to - from),
  },
  normal: {
    takes: ['duration', 'duration'],
    example: 'normal(2s, 500ms): the mean and the standard deviation',
    refuse: positive,
    draw: ([mean = 0, deviation = 0], random) => mean + deviation * standardNormal(random),
  },
  pareto: {
    takes: ['duration', 'number'],
    example: 'pareto(1s, 1.5): the shortest and the shape',
    refuse: ([shortest = 0, shape = 0]) =>
      shortest <= 0 ? 'it has no length' : shape > 1 ? undefined : 'the mean is infinite',
    draw: ([shortest = 0, shape = 1], random) => shortest / (1 - uniform(random)) ** (1 / shape),
  },
};

/** Box and Muller 1958. */
function standardNormal(random: RandomGenerator): number {
  const radius = Math.sqrt(-2 * Math.log(1 - uniform(random)));
  return radius * Math.cos(2 * Math.PI * uniform(random));
}

/** `exp(2s)`; 'none': it is no distribution; undefined: a problem */
export function distributionAt(
  context: PlanContext,
  path: YamlPath,
  text: string,
): Distribution | undefined | 'none' {
  const [, name = '', inside] = /^\s*([a-z]+)\s*\((.*)\)\s*$/su.exec(text) ?? [];
  if (inside === undefined) return 'none';
  return context.problems.attempt(path, () => {
    const named = Object.hasOwn(distributions, name) ? distributions[name] : undefined;
    if (named === undefined) {
      const examples = Object.values(distributions).map(({ example }) => example.split(':')[0]);
      throw new ExpressionError(0, `there is no distribution '${name}'`, {
        expected: examples.join(', '),
      });
    }
    const texts = inside.split(',');
    if (texts.length !== named.takes.length) {
      throw new ExpressionError(0, `'${text}' is not complete`, { expected: named.example });
    }
    const values = named.takes.map((type, i) => valueOf(context, texts[i] ?? '', type));
    const refusal = named.refuse(values);
    if (refusal !== undefined) throw new ExpressionError(0, refusal, { expected: named.example });
    return (random: RandomGenerator) => named.draw(values, random);
  });
}

/** @throws ExpressionError */
function valueOf({ params }: PlanContext, text: string, type: Argument): number {
  if (type === 'duration') return durationOf(parseExpression(text), params);
  const value = foldParams(parseExpression(text), params);
  if (typeof value === 'object' && value.dimension === 'count') return value.value;
  throw new ExpressionError(0, `'${text.trim()}' is no plain number`);
}
