import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { terminalSummary } from '../../report/terminal.ts';
import { combineExitCodes, EXIT } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { sayError } from '../say-error.ts';
import type { Cell } from './cells.ts';
import type { Interrupts } from './interrupts.ts';
import { exitCodeOfOutcome, judge } from './judge.ts';
import { runCell } from './run-cell.ts';
import { readRunFile, shortPath } from './run-directory.ts';
import type { FinishedRun } from './run-once.ts';
import type { RunSettings } from './run-settings.ts';

/** What became of a cell. */
export interface CellOutcome {
  readonly cell: Cell;
  readonly code: number;
  readonly finished: FinishedRun | undefined;
  readonly note: string;
}

export interface CellsContext {
  readonly settings: RunSettings;
  readonly io: Io;
  readonly interrupts: Interrupts;
  readonly directoryOf: (cell: Cell) => string;
  /** finished cells of an earlier, interrupted loop are kept */
  readonly restart: boolean;
}

/** A plain loop over the cells, `jobs` at a time, in their order; an interrupt ends it after the runs at hand. */
export async function runCells(
  cells: readonly Cell[],
  context: CellsContext,
): Promise<CellOutcome[]> {
  const outcomes: CellOutcome[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < cells.length; index = next++) {
      const cell = cells[index];
      if (cell !== undefined) outcomes[index] = await runOrKeep(cell, cells.length, context);
    }
  };
  const { jobs } = context.settings;
  await Promise.all(Array.from({ length: Math.min(jobs, cells.length) }, worker));
  return outcomes;
}

async function runOrKeep(cell: Cell, total: number, context: CellsContext): Promise<CellOutcome> {
  const { settings, io, interrupts } = context;
  const directoryOf = (): string => context.directoryOf(cell);
  const interrupted = (): CellOutcome | undefined =>
    interrupts.exitCode === undefined
      ? undefined
      : { cell, code: interrupts.exitCode, finished: undefined, note: 'not started: interrupted' };
  const before = interrupted();
  if (before !== undefined) return before;
  const kept = context.restart ? finishedEarlier(cell, directoryOf(), settings) : undefined;
  if (kept !== undefined) {
    return { cell, code: codeOf(kept, context), finished: kept, note: 'kept from before' };
  }
  const silent = settings.jobs > 1;
  if (total > 1 && !settings.quiet && !silent) io.err(`\n=== ${cell.label}\n`);
  try {
    const finished = await runCell(cell, { settings, io, interrupts, directoryOf, silent });
    say(finished, cell, total, context);
    const code = codeOf(finished, context);
    if (finished.unwritten === undefined) return { cell, code, finished, note: '' };
    const codes = [code, sayError(finished.unwritten, io)];
    return { cell, code: combineExitCodes(codes), finished, note: 'reports not written' };
  } catch (error) {
    const meanwhile = interrupted();
    if (meanwhile !== undefined) return meanwhile;
    if (total > 1) io.err(`${cell.label}:\n`);
    return { cell, code: sayError(error, io), finished: undefined, note: 'did not run' };
  }
}

/** A cell is finished when its directory holds a whole run of the same plan, on what is asked for now. */
function finishedEarlier(
  cell: Cell,
  directory: string,
  settings: RunSettings,
): FinishedRun | undefined {
  if (!existsSync(join(directory, 'report.json'))) return undefined;
  const run = readRunFile(directory);
  const isSame =
    run.scenarioText === cell.inputs.scenario.text &&
    run.labText === cell.inputs.labText &&
    isDeepStrictEqual(run.plan.params, jsonOf(cell.inputs.plan.params)) &&
    run.plan.seed === cell.inputs.plan.seed &&
    run.noFaults === settings['no-faults'] &&
    [run.kernel, 'auto'].includes(settings.kernel) &&
    [run.clock, 'auto'].includes(settings.clock) &&
    run.driver === settings.driver;
  if (!isSame) return undefined;
  const { report, result } = judge(directory);
  const isWhole = result.endReason === 'completed' || result.endReason === 'never-ready';
  return isWhole ? { directory, report, result, bug: null } : undefined;
}

/** What a value is once it has been through a file. */
function jsonOf(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

function codeOf(finished: FinishedRun, { settings, interrupts }: CellsContext): number {
  if (finished.bug !== null) return EXIT.bug;
  const { exitCode } = interrupts;
  if (finished.result.endReason !== 'completed' && exitCode !== undefined) return exitCode;
  const allowInconclusive = settings['allow-inconclusive'];
  return exitCodeOfOutcome(finished.result.outcome, { allowInconclusive });
}

function say(finished: FinishedRun, cell: Cell, total: number, context: CellsContext): void {
  const { settings, io } = context;
  const { directory, report, bug } = finished;
  if (bug !== null) io.err(`chaos: internal error in the engine\n  details: ${bug}\n`);
  if (settings.json) return;
  if (total > 1 && settings.jobs > 1) {
    io.out(`${cell.label}: ${report.verdict.outcome}: ${report.verdict.reason}\n`);
    return;
  }
  const html = join(directory, 'report.html');
  const path = shortPath(existsSync(html) ? html : join(directory, 'report.json'), io.cwd);
  const color = io.outIsTty && io.env['NO_COLOR'] === undefined;
  io.out(terminalSummary(report, { color, reportPath: path }));
}
