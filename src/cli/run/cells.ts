import { ChaosError } from '../../errors.ts';
import type { Plan } from '../../plan/plan.ts';
import { nearName } from '../../scenario/near-name.ts';
import type { Scenario } from '../../scenario/read-scenario.ts';
import { expandSweep } from '../../scenario/sweep.ts';
import { planOf, type PlanFromFiles } from '../read-plan.ts';
import { readAssignments, type RunSettings } from './run-settings.ts';

/** One run of many: a scenario with a seed and parameters. */
export interface Cell {
  /** `flaky-wan[loss=30%] seed 3` */
  readonly label: string;
  /** names its directory: `flaky-wan-loss=30%-3` */
  readonly name: string;
  readonly inputs: PlanFromFiles;
  /** parameters of this cell, `--set` and sweep together */
  readonly set: Readonly<Record<string, string>>;
}

/** The runs that a scenario and the command line ask for; every one is planned before the first starts. */
export async function cellsOf(scenario: Scenario, settings: RunSettings): Promise<Cell[]> {
  const set = readAssignments(settings.set);
  // a seed that is named replaces the seeds of the file's sweep
  const seeds = settings.seeds ?? settings.seed?.toString();
  const cells: Cell[] = [];
  for (const { params, seed } of expandSweep(scenario, { seeds, set })) {
    cells.push(await cellOf(scenario, seed, params, settings.driver));
  }
  for (const cell of cells) checkPause(cell.inputs.plan, settings['pause-at']);
  return cells;
}

function checkPause(plan: Plan, step: string | undefined): void {
  if (step === undefined) return;
  const live = plan.steps.find(({ latest }) => latest !== undefined);
  if (live !== undefined) {
    throw new ChaosError(
      'usage',
      `--pause-at: signals move step ${live.id} of ${plan.file}, and they don't pause`,
    );
  }
  if (plan.steps.some(({ id }) => id === step)) return;
  const ids = plan.steps.map(({ id }) => id);
  const near = nearName(step, ids);
  throw new ChaosError('usage', `--pause-at: ${plan.file} has no step ${step}`, {
    hint: near === undefined ? `it has ${ids.join(', ')}` : `did you mean ${near}?`,
  });
}

async function cellOf(
  scenario: Scenario,
  seed: number,
  set: Readonly<Record<string, string>>,
  driver: string,
): Promise<Cell> {
  const assigned = Object.entries(set).map(([name, value]) => `${name}=${value}`);
  const variant = assigned.length === 0 ? '' : `[${assigned.join(',')}]`;
  return {
    label: `${scenario.data.name}${variant} seed ${seed}`,
    name: [scenario.data.name, ...assigned.map(fileName), seed].join('-'),
    inputs: await planOf(scenario, { seed, set, driver }),
    set,
  };
}

function fileName(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9=%._+-]/g, '_');
}
