import { join } from 'node:path';
import { ChaosError } from '../../errors.ts';
import { defineCommand, type Command } from '../command.ts';
import { combineExitCodes } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { checkDriver } from '../run/check-driver.ts';
import { cellsOf, type Cell } from '../run/cells.ts';
import { findScenarios } from '../run/find-scenarios.ts';
import { Interrupts } from '../run/interrupts.ts';
import { runCells, type CellOutcome } from '../run/run-cells.ts';
import { newDirectoryUnder, removeIfEmpty, timeForName } from '../run/run-directory.ts';
import { runOptions, settingsSchema, type RunSettings } from '../run/run-settings.ts';
import { checkJunit, tellOutcomes } from '../run/tell-outcomes.ts';
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
  await checkDriver(settings.driver, settings.docker);
  if (settings.seed !== undefined && settings.seeds !== undefined) {
    throw new ChaosError('usage', '--seed and --seeds exclude each other');
  }
  if (settings['pause-at'] !== undefined && !process.stdin.isTTY) {
    throw new ChaosError('usage', '--pause-at waits for Enter, and standard input is no terminal');
  }
  const found = findScenarios(settings.file, settings.tag, io);
  const codes = [...found.codes];
  const cells: Cell[] = [];
  for (const scenario of found.scenarios) {
    try {
      cells.push(...(await cellsOf(scenario, settings)));
    } catch (error) {
      codes.push(sayError(error, io));
    }
  }
  if (cells.length === 0 && codes.length === 0) {
    throw new ChaosError('not-found', `no scenario has the tags ${settings.tag.join(', ')}`);
  }
  if (cells.length === 0) return combineExitCodes(codes);
  if (settings.junit !== undefined) checkJunit(settings.junit);
  const outcomes = await runAll(cells, settings, io);
  return combineExitCodes([...codes, ...outcomes.map((outcome) => outcome.code)]);
}

async function runAll(
  cells: readonly Cell[],
  settings: RunSettings,
  io: Io,
): Promise<CellOutcome[]> {
  const interrupts = new Interrupts();
  const { directoryOf, parent, made } = placeCells(cells, settings, io);
  try {
    const restart = parent !== undefined && settings.out !== undefined;
    const outcomes = await runCells(cells, { settings, io, interrupts, directoryOf, restart });
    tellOutcomes(outcomes, settings, parent, io);
    return outcomes;
  } finally {
    interrupts.dispose();
    const path = made();
    if (path !== undefined) removeIfEmpty(path);
  }
}

interface Places {
  readonly directoryOf: (cell: Cell) => string;
  /** of several runs */
  readonly parent: string | undefined;
  /** what was made for them, because nobody named one */
  readonly made: () => string | undefined;
}

/** `--out` is the run directory itself; of several runs it is their parent. Says the size of a loop first. */
function placeCells(cells: readonly Cell[], settings: RunSettings, io: Io): Places {
  const time = timeForName(new Date());
  const [first] = cells;
  if (cells.length === 1 && first !== undefined) {
    let made: string | undefined;
    // when it is asked for: a run that is refused makes none
    const directoryOf = (): string =>
      settings.out ?? (made ??= newDirectoryUnder('reports', `${time}-${first.name}`));
    return { directoryOf, parent: undefined, made: () => made };
  }
  const made = settings.out === undefined ? newDirectoryUnder('reports', time) : undefined;
  const parent = settings.out ?? made ?? '';
  if (!settings.quiet) {
    const minutes = cells.reduce((sum, { inputs }) => sum + inputs.plan.longestNs, 0) / 60e9;
    io.err(
      `${cells.length.toString()} runs, together at most ${minutes.toFixed(1)} minutes of lab time, ` +
        `in ${parent}\n` +
        `(to go on after an interrupt: the same command with --out ${parent})\n`,
    );
  }
  return { directoryOf: (cell) => join(parent, cell.name), parent, made: () => made };
}
