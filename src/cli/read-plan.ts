import { dirname, isAbsolute, join } from 'node:path';
import { ChaosError } from '../errors.ts';
import { makePlan } from '../plan/make-plan.ts';
import type { Plan } from '../plan/plan.ts';
import { labEnvironment } from '../scenario/lab-environment.ts';
import { readScenario, type Scenario } from '../scenario/read-scenario.ts';
import { readLab, readUserFile, type LabText } from './read-lab.ts';
import { checkControlPath } from './run/check-control-path.ts';
import { checkFaultServices } from './run/check-faults.ts';

export const DEFAULT_SEED = 1;

export interface PlanInputs {
  readonly seed?: number | undefined;
  /** `--set` */
  readonly set?: Readonly<Record<string, string>>;
  /** default: netns */
  readonly driver?: string;
}

/** A plan with the texts that it was made from. */
export interface PlanFromFiles {
  readonly scenario: Scenario;
  readonly labText: string;
  readonly plan: Plan;
}

/** A scenario file as far as it can be read without its lab. */
export function readScenarioFile(file: string): Scenario {
  return readScenario(readUserFile(file, 'the scenario'), file);
}

/** Scenario file, lab file, seed and parameters to a plan; every problem with its position. */
export function readPlan(file: string, inputs: PlanInputs): Promise<PlanFromFiles> {
  return planOf(readScenarioFile(file), inputs);
}

export async function planOf(scenario: Scenario, inputs: PlanInputs): Promise<PlanFromFiles> {
  const set = inputs.set ?? {};
  const { text, topology } = await readLabOf(scenario, set, inputs.driver);
  const plan = makePlan(scenario, topology, {
    seed: inputs.seed ?? DEFAULT_SEED,
    set,
    files: (name) => readBeside(scenario, name),
  });
  checkFaultServices(plan);
  checkControlPath(plan);
  return { scenario, labText: text, plan };
}

/** A file that a scenario names, relative to it. */
function readBeside({ file }: Scenario, name: string): { path: string; text: string } {
  const path = isAbsolute(name) ? name : join(dirname(file), name);
  return { path, text: readUserFile(path, 'the file') };
}

/** The lab of a scenario; a lab file that is not there is a problem at its place in the scenario. */
export async function readLabOf(
  scenario: Scenario,
  set: Readonly<Record<string, string>>,
  driver?: string,
): Promise<LabText> {
  const environment = labEnvironment(scenario, set);
  const { file, lab } = scenario;
  if (lab.type === 'attach') {
    // only such a lab is looked at: Docker, and its containers' interfaces
    const { readRunningLab } = await import('./read-running-lab.ts');
    return readRunningLab(lab.name, environment);
  }
  const path = isAbsolute(lab.file) ? lab.file : join(dirname(file), lab.file);
  try {
    return readLab(path, environment, driver);
  } catch (error) {
    if (!(error instanceof ChaosError && error.code === 'not-found')) throw error;
    const at = typeof scenario.data.lab === 'string' ? ['lab'] : ['lab', 'file'];
    const position = scenario.document.positionOf(at);
    throw new ChaosError('invalid', `${scenario.file}: 1 problem`, {
      problems: [{ position, message: error.message, expected: 'a containerlab topology file' }],
      cause: error,
    });
  }
}
