import { Problems } from './problems.ts';
import type { Scenario } from './read-scenario.ts';
import type { StepData } from './schema-step.ts';
import type { YamlPath } from './yaml.ts';

/**
 * Refuse, by name, what the language has and this version does not execute. Nothing of it is ever ignored.
 * @throws ChaosError 'not-yet' with every place
 */
export function refuseNotYet(scenario: Scenario): void {
  const problems = new Problems(scenario.document);
  const { data } = scenario;
  const refuse = (path: YamlPath, what: string): void => {
    problems.addKey(path, `${what}: understood, but not executable in this version`);
  };
  for (const [index, step] of (data.timeline ?? []).entries()) {
    refuseInStep(refuse, ['timeline', index], step);
  }
  for (const [name, measure] of Object.entries(data.measure ?? {})) {
    if (measure.of !== undefined) refuse(['measure', name, 'of'], "a measure 'of' an event");
    if (isVariant(measure.only)) refuse(['measure', name, 'only'], "'only' of a variant");
  }
  for (const [index, expect] of (data.expect ?? []).entries()) {
    if (isVariant(expect.only)) refuse(['expect', index, 'only'], "'only' of a variant");
  }
  if (data.variants !== undefined) refuse(['variants'], "'variants'");
  if (data.compare !== undefined) refuse(['compare'], "'compare'");
  if (data.needs?.images !== undefined) refuse(['needs', 'images'], "'images' under needs");
  problems.throwIfAny('not-yet');
}

type Refuse = (path: YamlPath, what: string) => void;

function refuseInStep(refuse: Refuse, path: YamlPath, step: StepData): void {
  if (isVariant(step.only)) refuse([...path, 'only'], "'only' of a variant");
}

/** A word alone is a variant's name; a condition has a parameter in it. */
function isVariant(only: string | undefined): boolean {
  return (
    only !== undefined && /^[A-Za-z_][\w-]*$/.test(only.trim()) && !/^(?:true|false)$/.test(only)
  );
}
