import type { Topology } from '../lab/topology.ts';
import type { KnownSignal } from '../scenario/expression/scope.ts';
import { durationOf } from '../scenario/expression/time.ts';
import { foldParams } from '../scenario/expression/check.ts';
import { parseExpression } from '../scenario/expression/parse.ts';
import type { Params } from '../scenario/params.ts';
import type { Problems } from '../scenario/problems.ts';
import type { Scenario } from '../scenario/read-scenario.ts';
import type { YamlPath } from '../scenario/yaml.ts';
import type { Groups } from './groups.ts';
import type { Kinds } from './kinds.ts';

/**
 * The file that a scenario names, by the name that it has there: where that is, as people name it, and what it says.
 * @throws ChaosError 'not-found'
 */
export type ScenarioFiles = (name: string) => { readonly path: string; readonly text: string };

/** What every part of making a plan reads. */
export interface PlanContext {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly topology: Topology;
  readonly kinds: Kinds;
  readonly params: Params;
  readonly problems: Problems;
  readonly groups: Groups;
  readonly files: ScenarioFiles;
}

/** The same, once it is known what is watched. */
export interface WatchedContext extends PlanContext {
  readonly signals: ReadonlyMap<string, KnownSignal>;
}

/** The duration that is written at `path`, or `fallbackNs` where nothing is written; undefined: a problem. */
export function lengthAt(
  { problems, params }: PlanContext,
  path: YamlPath,
  text: string | undefined,
  bounds: { readonly fallbackNs?: number; readonly positive?: boolean } = {},
): number | undefined {
  if (text === undefined) return bounds.fallbackNs;
  const ns = problems.attempt(path, () => durationOf(parseExpression(text), params));
  if (ns === undefined) return undefined;
  if (ns < 0 || (ns === 0 && bounds.positive === true)) {
    problems.add(path, ns < 0 ? `${text} is negative` : 'it has no length', {
      expected: 'a duration above 0s',
    });
    return undefined;
  }
  return ns;
}

/** Does `only:` leave this in? Where it says nothing, yes. */
export function isIn(
  { problems, params }: PlanContext,
  path: YamlPath,
  only: string | undefined,
): boolean {
  if (only === undefined) return true;
  const value = problems.attempt(path, () => foldParams(parseExpression(only), params));
  if (typeof value === 'boolean') return value;
  if (value !== undefined)
    problems.add(path, `'${only}' is no condition`, { expected: '$loss > 10%' });
  return true;
}
