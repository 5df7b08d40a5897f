import type { Scenario } from '../../scenario/read-scenario.ts';
import { DEFAULT_SEED, planOf, type PlanFromFiles } from '../read-plan.ts';
import { readAssignments, type RunSettings } from './run-settings.ts';

/** One run of many: a scenario with a seed, parameters and a variant. */
export interface Cell {
  /** `flaky-wan[loss=30%] seed 3` */
  readonly label: string;
  /** names its directory: `flaky-wan-loss=30%-3` */
  readonly name: string;
  readonly inputs: PlanFromFiles;
  readonly variant: string | undefined;
  /** parameters of this cell, `--set` and sweep together */
  readonly set: Readonly<Record<string, string>>;
}
