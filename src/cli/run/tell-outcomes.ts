import { accessSync, constants, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ChaosError } from '../../errors.ts';
import type { Report } from '../../report/report.ts';
import { tableHtml, tableMarkdown, tableOf, tableText } from '../../report/table.ts';
import type { Io } from '../io.ts';
import { makeDirectory } from '../make-directory.ts';
import { table } from '../table.ts';
import { pageAssets } from './judge.ts';
import { junitOfAll } from './junit-of-all.ts';
import type { CellOutcome } from './run-cells.ts';
import type { RunSettings } from './run-settings.ts';

/** Whether `--junit FILE` can be written, asked before the first run and not after the last. */
export function checkJunit(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory() === true) {
    throw new ChaosError('usage', `--junit: ${path} is a directory`, {
      hint: `--junit ${join(path, 'junit.xml')}`,
    });
  }
  if (found === undefined) makeDirectory(dirname(path));
  // what it refuses names the path
  accessSync(found === undefined ? dirname(path) : path, constants.W_OK);
}

/** What several runs (or one) come to: tables in the terminal, JSON, JUnit. `parent` is where several runs are. */
export function tellOutcomes(
  outcomes: readonly CellOutcome[],
  settings: RunSettings,
  parent: string | undefined,
  io: Io,
): void {
  const finished = outcomes.flatMap((outcome) => outcome.finished ?? []);
  const reports = finished.map((one) => one.report);
  if (settings.json) {
    io.out(`${JSON.stringify(outcomes.length === 1 ? reports[0] : reports, null, 2)}\n`);
  }
  if (settings.junit !== undefined) {
    const documents = finished
      .map((one) => join(one.directory, 'junit.xml'))
      .filter((path) => existsSync(path))
      .map((path) => readFileSync(path, 'utf8'));
    writeFileSync(settings.junit, junitOfAll(documents));
  }
  if (parent === undefined) return;
  const tables = [...byScenario(reports).values()].filter((group) => group.length > 1).map(tableOf);
  writeTables(parent, tables);
  if (settings.json) return;
  for (const one of tables) io.out(`\n${tableText(one)}`);
  io.out(`\n${outcomeLines(outcomes).join('\n')}\n\nreports  ${parent}\n`);
}

function byScenario(reports: readonly Report[]): Map<string, Report[]> {
  const groups = new Map<string, Report[]>();
  for (const report of reports) {
    const group = groups.get(report.run.scenario);
    if (group === undefined) groups.set(report.run.scenario, [report]);
    else group.push(report);
  }
  return groups;
}

/** The runs of a scenario side by side, beside their directories; a scenario that ran once has no table. */
function writeTables(parent: string, tables: readonly ReturnType<typeof tableOf>[]): void {
  const style = pageAssets()?.style ?? '';
  for (const one of tables) {
    const path = join(parent, `table-${one.scenario}`);
    writeFileSync(`${path}.json`, `${JSON.stringify(one, null, 2)}\n`);
    writeFileSync(`${path}.md`, tableMarkdown(one));
    writeFileSync(`${path}.html`, tableHtml(one, style));
  }
}

function outcomeLines(outcomes: readonly CellOutcome[]): string[] {
  return table(
    outcomes.map(({ cell, finished, note }) => [
      finished?.report.verdict.outcome ?? 'not run',
      cell.label,
      [finished?.report.verdict.reason, note].filter(Boolean).join('; '),
    ]),
  );
}
