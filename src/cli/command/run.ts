import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ChaosError } from '../../errors.ts';
import { defineCommand, type Command } from '../command.ts';
import { combineExitCodes } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { cellTable } from '../run/cell-table.ts';
import { cellsOf, type Cell } from '../run/cells.ts';
import { findScenarios } from '../run/find-scenarios.ts';
import { Interrupts } from '../run/interrupts.ts';
import { junitOfAll } from '../run/junit-of-all.ts';
import { runCells, type CellOutcome } from '../run/run-cells.ts';
import { newDirectoryUnder, timeForName } from '../run/run-directory.ts';
import { runOptions, settingsSchema, type RunSettings } from '../run/run-settings.ts';
import { sayError } from '../say-error.ts';

export const command: Command = defineCommand({
  name: 'run',
  about: 'run scenarios and write their reports',
  positionals: [
    {
      name: 'file',
      about: 'scenarios, or directories of scenarios',
      required: true,
      many: true,
      file: true,
    },
  ],
  options: runOptions,
  examples: [
    ['chaos run scenarios/flaky-wan.yml', 'the main example'],
    ['chaos run scenarios/flaky-wan.yml --seeds 1..10', 'ten seeds, and a table'],
    ['chaos run --tag nightly scenarios/ --junit out.xml', 'what CI does at night'],
  ],
  schema: settingsSchema,
  run: runScenarios,
});

async function runScenarios(settings: RunSettings, io: Io): Promise<number> {
  const { drivers } = await import('../../lab/registry.ts');
  if (!Object.hasOwn(drivers, settings.driver)) {
    const names = Object.keys(drivers).join(', ');
    throw new ChaosError('usage', `--driver: ${settings.driver} is not one of ${names}`);
  }
  if (settings.seed !== undefined && settings.seeds !== undefined) {
    throw new ChaosError('usage', '--seed and --seeds exclude each other');
  }
  const found = findScenarios(settings.file, settings.tag, io);
  const codes = [...found.codes];
  const cells: Cell[] = [];
  for (const scenario of found.scenarios) {
    try {
      cells.push(...cellsOf(scenario, settings));
    } catch (error) {
      codes.push(sayError(error, io));
    }
  }
  if (cells.length === 0 && codes.length === 0) {
    throw new ChaosError('not-found', `no scenario has the tags ${settings.tag.join(', ')}`);
  }
  if (cells.length === 0) return combineExitCodes(codes);
  const outcomes = await runAll(cells, settings, io);
  return combineExitCodes([...codes, ...outcomes.map((outcome) => outcome.code)]);
}

async function runAll(
  cells: readonly Cell[],
  settings: RunSettings,
  io: Io,
): Promise<CellOutcome[]> {
  const interrupts = new Interrupts();
  try {
    const outcomes = await runCells(cells, {
      settings,
      io,
      interrupts,
      directoryOf: placeCells(cells, settings, io),
      restart: cells.length > 1 && settings.out !== undefined,
    });
    tell(outcomes, settings, io);
    return outcomes;
  } finally {
    interrupts.dispose();
  }
}

/** `--out` is the run directory itself; of several runs it is their parent. Says the size of a loop first. */
function placeCells(cells: readonly Cell[], settings: RunSettings, io: Io): (cell: Cell) => string {
  const time = timeForName(new Date());
  const [first] = cells;
  if (cells.length === 1 && first !== undefined) {
    const directory = settings.out ?? newDirectoryUnder('reports', `${time}-${first.name}`);
    return () => directory;
  }
  const parent = settings.out ?? newDirectoryUnder('reports', time);
  if (!settings.quiet) {
    const minutes = cells.reduce((sum, { inputs }) => sum + inputs.plan.longestNs, 0) / 60e9;
    io.err(
      `${cells.length.toString()} runs, together at most ${minutes.toFixed(1)} minutes of lab time, ` +
        `in ${parent}\n` +
        `(to go on after an interrupt: the same command with --out ${parent})\n`,
    );
  }
  return (cell) => join(parent, cell.name);
}

function tell(outcomes: readonly CellOutcome[], settings: RunSettings, io: Io): void {
  const finished = outcomes.flatMap((outcome) => outcome.finished ?? []);
  if (settings.json) {
    const reports = finished.map((one) => one.report);
    io.out(`${JSON.stringify(outcomes.length === 1 ? reports[0] : reports, null, 2)}\n`);
  } else if (outcomes.length > 1) {
    const rows = outcomes.map(({ cell, finished: done, note }) => ({
      label: cell.label,
      report: done?.report,
      note,
    }));
    io.out(`\n${cellTable(rows)}`);
  }
  if (settings.junit !== undefined) {
    const documents = finished.map((one) => readFileSync(join(one.directory, 'junit.xml'), 'utf8'));
    mkdirSync(dirname(settings.junit), { recursive: true });
    writeFileSync(settings.junit, junitOfAll(documents));
  }
}
