import { existsSync, renameSync } from 'node:fs';
import { ChaosError } from '../../errors.ts';
import { describePlan } from '../../plan/describe-plan.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Io } from '../io.ts';
import { actingRuns } from '../lab/lab-directory.ts';
import { refuseUnfinished } from '../lab/undo-dead-runs.ts';
import { makeDirectory } from '../make-directory.ts';
import { besideTheLab, driverFor, placeOfAttached } from './attached-run.ts';
import type { Cell } from './cells.ts';
import { checkFaultNeeds } from './check-faults.ts';
import { checkPrograms } from './check-programs.ts';
import type { Interrupts } from './interrupts.ts';
import { startProgress } from './progress.ts';
import { readProvenance } from './provenance.ts';
import { choosePlace, prepareDocker, type PlaceChoice } from './run-docker.ts';
import { lockRunDirectory, timeForName } from './run-directory.ts';
import { runOnce, type FinishedRun } from './run-once.ts';
import type { RunSettings } from './run-settings.ts';
import { stageRunDirectory } from './start-run.ts';

export interface CellContext {
  readonly settings: RunSettings;
  readonly io: Io;
  readonly interrupts: Interrupts;
  /** where this cell's run goes; asked once nothing refuses it any more */
  readonly directoryOf: () => string;
  /** no progress of its own: several run at once */
  readonly silent: boolean;
}

/** Run one cell; again when the host spoiled it and `--retry-stalled` allows. */
export async function runCell(cell: Cell, context: CellContext): Promise<FinishedRun> {
  const { settings, io, interrupts } = context;
  for (let retry = 1; ; retry++) {
    const finished = await runCellOnce(cell, context);
    const { outcome, host } = finished.result;
    const spoiled = outcome === 'inconclusive' && host.outcome === 'spoiled';
    if (!spoiled || retry > settings['retry-stalled'] || interrupts.seen !== undefined) {
      return finished;
    }
    const directory = context.directoryOf();
    const kept = `${directory}-stalled-${retry.toString()}`;
    if (existsSync(directory)) renameSync(directory, kept);
    io.err(`${cell.label}: the host spoiled this run (${host.problems.join('; ')})\n`);
    io.err(
      `  kept as ${kept}; retry ${retry.toString()} of ${settings['retry-stalled'].toString()}\n`,
    );
  }
}

async function runCellOnce(cell: Cell, context: CellContext): Promise<FinishedRun> {
  const { settings, io } = context;
  const { plan } = cell.inputs;
  const driver = driverFor(plan.topology, settings);
  const isAttached = driver === 'attach';
  if (driver === 'netns') checkPrograms(plan.topology);
  const netem = plan.needs.netem && !settings['no-faults'];
  const choice = isAttached
    ? await placeOfAttached({ netem })
    : await choosePlace(driver, { netem }, settings);
  checkFaultNeeds(plan, { ...choice.kernel, driver });
  const directory = context.directoryOf();
  refuseUnfinished(io, directory);
  makeDirectory(directory);
  const unlock = lockRunDirectory(directory);
  try {
    return await runIn(directory, cell, context, { driver, choice, isAttached });
  } finally {
    unlock();
  }
}

interface Chosen {
  readonly driver: string;
  readonly choice: PlaceChoice;
  readonly isAttached: boolean;
}

/** @param path nobody else's */
async function runIn(
  path: string,
  cell: Cell,
  context: CellContext,
  { driver, choice, isAttached }: Chosen,
): Promise<FinishedRun> {
  const { settings, io, interrupts } = context;
  const { plan } = cell.inputs;
  const startedAt = new Date();
  const { directory, run } = stageRunDirectory(path, {
    id: `${timeForName(startedAt)}-${cell.name}`,
    plan,
    scenarioText: cell.inputs.scenario.text,
    labText: cell.inputs.labText,
    startedAt: startedAt.toISOString(),
    ...choice.kernel,
    docker: choice.docker,
    ...(await readProvenance(plan.topology, choice.kernel.kernel)),
    driver,
    command: commandOf(cell, settings, choice),
    noFaults: settings['no-faults'],
    pauseAt: settings['pause-at'] ?? null,
  });
  const own = choice.docker === null ? null : prepareDocker(choice.docker, directory);
  const docker = isAttached ? besideTheLab : own;
  const quiet = settings.quiet || context.silent;
  if (!quiet) io.err(introduction(plan, choice, settings));
  const progress = await startProgress(io, { quiet });
  try {
    if (interrupts.seen !== undefined) throw new ChaosError('interrupted', 'interrupted');
    const runs = actingRuns(io);
    return await runOnce({ directory, run, docker, runs, progress, interrupts });
  } finally {
    progress.end();
  }
}

/** Before the start: the timeline, where it runs and why, how long it takes. */
function introduction(plan: Plan, choice: PlaceChoice, settings: RunSettings): string {
  const { kernel, docker } = choice;
  const wall =
    kernel.clock === 'warp' ? 'less than lab time: idle time is skipped' : 'as long as lab time';
  return [
    describePlan(plan).trimEnd(),
    `kernel    ${kernel.kernel}, ${kernel.clock} clock: ${kernel.why}`,
    ...(docker === null ? [] : [`docker    ${docker.why}`]),
    `wall      ${wall}`,
    ...(settings['no-faults'] ? ['control   no fault is injected (--no-faults)'] : []),
    '',
    '',
  ].join('\n');
}

/** The exact command to run it again, with everything that was chosen spelled out. */
function commandOf(cell: Cell, settings: RunSettings, choice: PlaceChoice): string[] {
  const { plan } = cell.inputs;
  const { kernel, docker } = choice;
  return [
    ...['chaos', 'run', plan.file, '--seed', plan.seed.toString()],
    ...Object.entries(cell.set).flatMap(([name, value]) => ['--set', `${name}=${value}`]),
    ...['--kernel', kernel.kernel, '--clock', kernel.clock],
    ...(settings.driver === 'netns' ? [] : ['--driver', settings.driver]),
    ...(docker === null ? [] : ['--docker', docker.place === 'host' ? 'host' : 'own']),
    ...(settings['no-faults'] ? ['--no-faults'] : []),
  ];
}
