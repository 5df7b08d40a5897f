import { Problems } from './problems.ts';
import { checkRules } from './rules.ts';
import { scenarioSchema } from './schema.ts';
import type { ScenarioData } from './schema.ts';
import { addIssues } from './schema-problems.ts';
import { readYaml } from './yaml.ts';
import type { YamlDocument } from './yaml.ts';

/** A scenario file whose shape is right. What its names and expressions mean is for the plan to find out. */
export interface Scenario {
  /** as the user named it */
  readonly file: string;
  readonly text: string;
  readonly document: YamlDocument;
  readonly data: ScenarioData;
  readonly lab: ScenarioLab;
}

export type ScenarioLab =
  /** the lab file as written: relative to the scenario file */
  | { readonly type: 'file'; readonly file: string }
  /** a lab that runs already, by its name */
  | { readonly type: 'attach'; readonly name: string };

/** @throws ChaosError 'invalid' with every problem and its position */
export function readScenario(text: string, file: string): Scenario {
  const document = readYaml(text, file);
  const problems = new Problems(document);
  refuseLabFile(problems);
  const result = scenarioSchema.safeParse(document.value);
  if (!result.success) addIssues(problems, [], result.error, scenarioSchema);
  problems.throwIfAny();
  const data = scenarioSchema.parse(document.value);
  checkRules(data, problems);
  problems.throwIfAny();
  return { file, text, document, data, lab: labOf(data) };
}

/** A lab file where a scenario is wanted: one sentence, and not one for each of its keys. */
function refuseLabFile(problems: Problems): void {
  const { document } = problems;
  if (!document.has(['topology']) || document.has(['lab'])) return;
  const { file } = document.positionOf([]);
  problems.addKey(['topology'], 'this is a lab file, and no scenario', {
    expected: "a scenario, which names its lab: 'lab: FILE'",
    hint: `chaos lab up ${file}`,
  });
  problems.throwIfAny();
}

function labOf({ lab }: ScenarioData): ScenarioLab {
  if (typeof lab === 'string') return { type: 'file', file: lab };
  if ('attach' in lab) return { type: 'attach', name: lab.attach };
  return { type: 'file', file: lab.file };
}
