import { existsSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { ChaosError } from '../../errors.ts';
import { chooseKernel, type KernelChoice } from '../../kernel/choose.ts';
import type { GuestDocker } from '../../kernel/sandbox.ts';
import { describePlan } from '../../plan/describe-plan.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Io } from '../io.ts';
import type { Cell } from './cells.ts';
import { checkFaultNeeds } from './check-faults.ts';
import { checkPrograms } from './check-programs.ts';
import type { Interrupts } from './interrupts.ts';
import { startProgress } from './progress.ts';
import { readProvenance } from './provenance.ts';
import { timeForName } from './run-directory.ts';
import { runOnce, type FinishedRun } from './run-once.ts';
import type { RunSettings } from './run-settings.ts';
import { stageRunDirectory } from './start-run.ts';

export interface CellContext {
  readonly settings: RunSettings;
  readonly io: Io;
  readonly interrupts: Interrupts;
  /** where this cell's run goes */
  readonly directory: string;
  /** no progress of its own: several run at once */
  readonly silent: boolean;
}

/** Run one cell; again when the host spoiled it and `--retry-stalled` allows. */
export async function runCell(cell: Cell, context: CellContext): Promise<FinishedRun> {
  const { settings, io, interrupts, directory } = context;
  for (let retry = 1; ; retry++) {
    const finished = await runCellOnce(cell, context);
    const { outcome, host } = finished.result;
    const spoiled = outcome === 'inconclusive' && host.outcome === 'spoiled';
    if (!spoiled || retry > settings['retry-stalled'] || interrupts.seen !== undefined) {
      return finished;
    }
    const kept = `${directory}-stalled-${retry.toString()}`;
    if (existsSync(directory)) renameSync(directory, kept);
    io.err(`${cell.label}: the host spoiled this run (${host.problems.join('; ')})\n`);
    io.err(
      `  kept as ${kept}; retry ${retry.toString()} of ${settings['retry-stalled'].toString()}\n`,
    );
  }
}

async function runCellOnce(cell: Cell, context: CellContext): Promise<FinishedRun> {
  const { settings, io, interrupts } = context;
  const { plan } = cell.inputs;
  const hasContainers = settings.driver === 'containerlab';
  if (!hasContainers) checkPrograms(plan.topology);
  const choice = await chooseKernel(
    { netem: plan.needs.netem && !settings['no-faults'], docker: hasContainers },
    settings,
  );
  const docker = hasContainers ? await guestDocker() : undefined;
  checkFaultNeeds(plan, { ...choice, driver: settings.driver });
  const startedAt = new Date();
  const { directory, run } = stageRunDirectory(context.directory, {
    id: `${timeForName(startedAt)}-${cell.name}`,
    plan,
    scenarioText: cell.inputs.scenario.text,
    labText: cell.inputs.labText,
    startedAt: startedAt.toISOString(),
    ...choice,
    ...(await readProvenance(plan.topology, choice.kernel)),
    driver: settings.driver,
    command: commandOf(cell, settings, choice),
    noFaults: settings['no-faults'],
    pauseAt: settings['pause-at'] ?? null,
  });
  const quiet = settings.quiet || context.silent;
  if (!quiet) io.err(introduction(plan, choice, settings));
  const progress = await startProgress(io, { quiet });
  try {
    if (interrupts.seen !== undefined) throw new ChaosError('interrupted', 'interrupted');
    return await runOnce({ directory, run, docker, progress, interrupts });
  } finally {
    progress.end();
  }
}

/** What the sandbox of a lab of containers gets from outside. */
async function guestDocker(): Promise<GuestDocker> {
  const { requireContainerlab } = await import('../../lab/containerlab/binary.ts');
  const { requireImageDisk } = await import('../../lab/containerlab/image-store.ts');
  const programs = dirname(requireContainerlab(process.env));
  return { programs, disk: requireImageDisk(process.env) };
}

/** Before the start: the timeline, where it runs and why, how long it takes. */
function introduction(plan: Plan, choice: KernelChoice, settings: RunSettings): string {
  const wall =
    choice.clock === 'warp' ? 'less than lab time: idle time is skipped' : 'as long as lab time';
  return [
    describePlan(plan).trimEnd(),
    `kernel    ${choice.kernel}, ${choice.clock} clock: ${choice.why}`,
    `wall      ${wall}`,
    ...(settings['no-faults'] ? ['control   no fault is injected (--no-faults)'] : []),
    '',
    '',
  ].join('\n');
}

/** The exact command to run it again, with everything that was chosen spelled out. */
function commandOf(cell: Cell, settings: RunSettings, choice: KernelChoice): string[] {
  const { plan } = cell.inputs;
  return [
    ...['chaos', 'run', plan.file, '--seed', plan.seed.toString()],
    ...Object.entries(cell.set).flatMap(([name, value]) => ['--set', `${name}=${value}`]),
    ...['--kernel', choice.kernel, '--clock', choice.clock],
    ...(settings.driver === 'netns' ? [] : ['--driver', settings.driver]),
    ...(settings['no-faults'] ? ['--no-faults'] : []),
  ];
}
