import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');

/** The part of report.json that these tests read (see src/report/report.schema.ts). */
export interface Report {
  readonly run: { readonly id: string; readonly seed: number; readonly durationMs: number };
  readonly verdict: { readonly outcome: string; readonly reason: string };
  readonly digest: string;
  readonly checks: readonly { readonly name: string; readonly outcome: string }[];
  readonly faults: readonly { readonly step: string; readonly target: string }[];
  readonly measures: readonly { readonly name: string; readonly value: number | null }[];
}

export interface ChaosRun {
  readonly code: number;
  readonly output: string;
  /** one per run, in order of their directories */
  readonly reports: readonly Report[];
  /** events.ndjson of each, in the same order */
  readonly logs: readonly string[];
}

/** The built CLI, as a user calls it; its run directories are read and removed. */
export async function chaosRun(...args: readonly string[]): Promise<ChaosRun> {
  const out = mkdtempSync(join(tmpdir(), 'chaos-test-'));
  try {
    const argv = [join(root, 'dist/cli/main.js'), 'run', ...args, '--quiet', '--out', out];
    const { code, output } = await execute(argv);
    return { code, output, reports: readReports(out), logs: readLogs(out) };
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

function execute(argv: readonly string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, argv, { cwd: root, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ code, output: stdout + stderr });
    });
  });
}

function readReports(directory: string): readonly Report[] {
  return filesOf(directory, 'report.json').map((text) => JSON.parse(text) as Report);
}

function readLogs(directory: string): readonly string[] {
  return filesOf(directory, 'events.ndjson');
}

function filesOf(directory: string, name: string): readonly string[] {
  const files = readdirSync(directory).includes('report.json')
    ? [join(directory, name)]
    : // beside the run directories of several runs lies their table, as files
      readdirSync(directory, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => join(directory, entry.name, name))
        .sort();
  return files.map((file) => readFileSync(file, 'utf8'));
}

/** The value of a measure; fails when the run has no such measure or no value for it. */
export function measure(report: Report, name: string): number {
  const value = report.measures.find((m) => m.name === name)?.value;
  assert.ok(value !== undefined && value !== null, `no figure '${name}' in ${report.run.id}`);
  return value;
}

export function onlyReport(run: ChaosRun): Report {
  assert.equal(run.reports.length, 1, run.output);
  return run.reports[0] as Report;
}
