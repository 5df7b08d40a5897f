import { ChaosError } from '../errors.ts';
import type { Topology } from '../lab/topology.ts';
import { refuseNotYet } from '../scenario/not-yet.ts';
import { resolveParams } from '../scenario/params.ts';
import { guardSignals } from '../observe/signals.ts';
import { Problems } from '../scenario/problems.ts';
import type { Scenario } from '../scenario/read-scenario.ts';
import { checksOf, measuresOf } from './checks.ts';
import { refuseCombinations } from './combination.ts';
import { readyOf, recoveryOf, settledOf } from './conditions.ts';
import { Groups } from './groups.ts';
import { allKinds } from './kinds.ts';
import type { Kinds } from './kinds.ts';
import type { Plan } from './plan.ts';
import { lengthAt } from './plan-context.ts';
import type { PlanContext, ScenarioFiles, WatchedContext } from './plan-context.ts';
import { needsNetem, stepsLeftIn, stepsOf } from './steps.ts';
import { lastWatchedNs } from './watch-until.ts';
import { watchedOf } from './watched.ts';
import { lastEndNs, Windows } from './windows.ts';

export interface PlanOptions {
  /** an integer from 0 to 2^53 - 1 */
  readonly seed: number;
  /** `--set name=value` */
  readonly set?: Readonly<Record<string, string>>;
  readonly variant?: string;
  /** files that a scenario names beside its lab; default: there are none */
  readonly files?: ScenarioFiles;
  /** the plug-ins; default: all */
  readonly kinds?: Kinds;
}

/**
 * A scenario on a lab, with everything resolved. Read the lab with `labEnvironment(scenario, set)` before.
 * @throws ChaosError 'invalid' with every problem; 'not-yet' for what is understood but not executable;
 * 'usage' for the options
 */
export function makePlan(scenario: Scenario, topology: Topology, options: PlanOptions): Plan {
  const { seed, set = {}, kinds = allKinds, files = noFiles } = options;
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new ChaosError(
      'usage',
      `${String(seed)} is no seed; expected an integer from 0 to 2^53 - 1`,
    );
  }
  refuseNotYet(scenario);
  if (options.variant !== undefined) {
    throw new ChaosError(
      'usage',
      `${scenario.file} has no variants, so none called '${options.variant}'`,
    );
  }
  const params = resolveParams(scenario, set);
  const problems = new Problems(scenario.document);
  const groups = new Groups(topology, scenario.data.groups ?? {}, problems);
  const plain: PlanContext = { scenario, seed, topology, kinds, params, problems, groups, files };
  const { observers, probes, signals: watched } = watchedOf(plain);
  const context: WatchedContext = { ...plain, signals: withGuards(plain, watched) };
  const steps = stepsOf(context);
  // what follows would only repeat that a step or a signal is missing
  problems.throwIfAny();
  const ready = readyOf(context);
  const recovery = recoveryOf(context, ready);
  const settled = settledOf(context, ready);
  const windows = new Windows(context, steps);
  const measures = measuresOf(context, windows);
  const checks = checksOf(context, windows);
  refuseCombinations(context, steps);
  const { data } = scenario;
  const wallLimitNs = lengthAt(context, ['wall-limit'], data['wall-limit'], { positive: true });
  problems.throwIfAny();
  return {
    schema: 'chaos.plan/1',
    name: data.name,
    about: data.about ?? '',
    file: scenario.file,
    seed,
    tags: data.tags ?? [],
    params: Object.fromEntries(params),
    topology,
    groups: groups.all(),
    observers,
    probes,
    ready,
    steps,
    recovery,
    settled,
    measures,
    checks,
    needs: { netem: data.needs?.netem === true || needsNetem(context, steps) },
    wallLimitNs: wallLimitNs ?? null,
    longestNs: Math.max(
      lastEndNs(steps) + (recovery.type === 'time' ? recovery.forNs : recovery.atMostNs),
      lastWatchedNs({ measures, checks }, (edge) => windows.latestNs(edge)),
    ),
    watchUntilNs: lastWatchedNs({ measures, checks }, (edge) => windows.knownNs(edge)),
  };
}

const noFiles: ScenarioFiles = (name) => {
  throw new ChaosError('not-found', `the file ${name} does not exist`);
};

/** A guard is a signal too. */
function withGuards(
  context: PlanContext,
  watched: WatchedContext['signals'],
): WatchedContext['signals'] {
  const guarded = [...stepsLeftIn(context).values()].map(({ id, guard }) => ({
    id,
    ...(guard && { guard: { name: guard.name ?? id } }),
  }));
  return new Map([...watched, ...guardSignals(guarded).map((spec) => [spec.path, spec] as const)]);
}
