import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Outcome } from '../../check/result.ts';
import { ChaosError } from '../../errors.ts';
import type { PageAssets } from '../../report/html/report-html.ts';
import { renderReports, type RenderedReports } from '../../report/render-reports.ts';
import { EXIT } from '../exit-code.ts';
import { readRunFile } from './run-directory.ts';

/** Every report of a run directory, from its three files alone. */
export function judge(runDirectory: string): RenderedReports {
  const run = readRunFile(runDirectory);
  const events = join(runDirectory, 'events.ndjson');
  const host = join(runDirectory, 'host.ndjson');
  if (!existsSync(events) && !existsSync(host)) {
    throw new ChaosError('not-found', `${runDirectory} holds a run that never started`);
  }
  const page = pageAssets();
  return renderReports({
    run,
    events: textOf(events),
    host: textOf(host),
    ...(page !== undefined && { page }),
  });
}

/** What the build made of the page; run from the sources there is none, and no report.html. */
export function pageAssets(): PageAssets | undefined {
  const at = (name: string): string =>
    fileURLToPath(new URL(`../../report/html/${name}`, import.meta.url));
  if (!existsSync(at('page.js'))) return undefined;
  return { script: textOf(at('page.js')), style: textOf(at('report.css')) };
}

function textOf(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

/** Write reports so that a reader never sees half of one. */
export function writeReports(directory: string, reports: RenderedReports): void {
  for (const [name, text] of Object.entries(reports.files)) {
    const path = join(directory, name);
    try {
      writeFileSync(`${path}.new`, text);
      renameSync(`${path}.new`, path);
    } catch (error) {
      rmSync(`${path}.new`, { force: true });
      // of a file that is open the kernel does not say the name
      throw error instanceof Error ? Object.assign(error, { path }) : error;
    }
  }
}

/** The exit code of an outcome. */
export function exitCodeOfOutcome(
  outcome: Outcome,
  options: { readonly allowInconclusive: boolean },
): number {
  switch (outcome) {
    case 'pass':
      return EXIT.pass;
    case 'fail':
      return EXIT.fail;
    case 'inconclusive':
      return options.allowInconclusive ? EXIT.pass : EXIT.inconclusive;
    case 'not-clean':
      return EXIT.notClean;
    default:
      return outcome satisfies never;
  }
}
