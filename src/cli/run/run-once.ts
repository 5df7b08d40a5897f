import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunResult } from '../../check/result.ts';
import { GUEST_MEMORY_MB } from '../../kernel/memory-directory.ts';
import { startSandbox } from '../../kernel/start-sandbox.ts';
import type { Sandbox } from '../../kernel/sandbox.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Report } from '../../report/report.ts';
import type { RunFile } from '../../run/run-file.ts';
import type { ActingRuns } from '../../undo/acting-runs.ts';
import { watchNodes } from './attached-run.ts';
import {
  comparable,
  digestOf,
  Footprint,
  leftBehind,
  namespacesInUse,
  readHostState,
} from './fingerprint.ts';
import { followSandbox, type SandboxEnd } from './follow-sandbox.ts';
import { HostLog } from './host-log.ts';
import type { Interrupts } from './interrupts.ts';
import { judge, writeReports } from './judge.ts';
import type { Progress } from './progress.ts';
import type { RunDocker } from './run-docker.ts';
import { startWatchdog } from './start-watchdog.ts';

const STALL_AFTER_MS = 30_000;
/** what set-up, tear-down and a slow machine may take on top of the lab time */
const SPARE_MS = 10 * 60_000;

/** A timer of Node that is set for longer (a week of lab time makes a limit of four) fires at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export interface RunOnce {
  /** prepared: run.json and staged files are there */
  readonly directory: string;
  readonly run: RunFile;
  /** null: no container */
  readonly docker: RunDocker | null;
  /** where runs that act outside a sandbox are known */
  readonly runs: ActingRuns;
  readonly progress: Progress;
  readonly interrupts: Interrupts;
}

export interface FinishedRun {
  readonly directory: string;
  readonly report: Report;
  readonly result: RunResult;
  /** the engine failed by a fault of ours: where the details are */
  readonly bug: string | null;
  /** why the reports could not be written (the disk is full): the verdict stands all the same */
  readonly unwritten?: unknown;
}

/** One run, from a prepared directory to its reports. What happens to the engine is in the result, not thrown. */
export async function runOnce(once: RunOnce): Promise<FinishedRun> {
  const { directory, run } = once;
  const hostLog = new HostLog(directory, Date.now);
  const started = performance.now();
  const before = readHostState(directory);
  hostLog.add({ type: 'started', argv: run.command, pid: process.pid });
  hostLog.add({ type: 'fingerprint', when: 'before', digest: digestOf(before) });
  const { attached } = run.plan.topology;
  const changesOfLab = attached === undefined ? undefined : await watchNodes(attached);
  const { footprint, bug } = await execute(once, hostLog);
  const left = [
    ...(await leftBehind(before, directory, footprint)),
    ...((await changesOfLab?.()) ?? []),
  ];
  const after = comparable(before, readHostState(directory));
  hostLog.add({ type: 'fingerprint', when: 'after', digest: digestOf(after) });
  if (left.length > 0) hostLog.add({ type: 'left-behind', what: left });
  hostLog.add({ type: 'ended', wallMs: Math.round(performance.now() - started) });
  const reports = judge(directory);
  const finished = { directory, report: reports.report, result: reports.result, bug };
  try {
    writeReports(directory, reports);
    return finished;
  } catch (unwritten) {
    return { ...finished, unwritten };
  }
}

interface Executed {
  readonly footprint: Footprint;
  readonly bug: string | null;
}

async function execute(once: RunOnce, hostLog: HostLog): Promise<Executed> {
  const { directory, run, progress, interrupts } = once;
  const { kernel, clock, plan } = run;
  const others = namespacesInUse();
  const { runs, docker } = once;
  const isWatched = docker?.needsWatchdog === true;
  const watchdog = isWatched ? await startWatchdog({ runDirectory: directory, runs }) : null;
  const sandbox = await startSandbox({
    kernel,
    clock,
    seed: plan.seed,
    runDirectory: directory,
    module: 'run/engine-main.js',
    args: [],
    memoryMb: GUEST_MEMORY_MB,
    stallAfterMs: STALL_AFTER_MS,
    ...docker?.sandbox,
  });
  watchdog?.engineStarted(sandbox.pid);
  const footprint = new Footprint(sandbox.pid, others);
  hostLog.add({ type: 'engine-started', kernel, clock });
  const end = await followSandbox({
    sandbox,
    footprint,
    hostLog,
    interrupts,
    progress,
    wallLimitMs: wallLimitMs(plan),
    hasWatchdog: isWatched,
    labLimitMs: plan.longestNs / 1e6 + SPARE_MS,
  });
  await watchdog?.end();
  return { footprint, bug: keepOutput(directory, sandbox, end) };
}

/** Everything has a limit: the scenario's own, or four times what it can take at most. */
export function wallLimitMs(plan: Pick<Plan, 'ready' | 'longestNs' | 'wallLimitNs'>): number {
  const longestMs = (plan.ready.withinNs + plan.ready.holdNs + plan.longestNs) / 1e6;
  const limitMs = plan.wallLimitNs === null ? 4 * longestMs + SPARE_MS : plan.wallLimitNs / 1e6;
  return Math.min(limitMs, LONGEST_TIMER_MS);
}

/**
 * What the sandbox said besides messages explains an end that the engine could not explain itself. Gives the file when
 * that end is our bug: the engine gave up, and neither we nor the watchdog nor the user ended it.
 */
function keepOutput(directory: string, sandbox: Sandbox, end: SandboxEnd): string | null {
  const { exit, killed, done } = end;
  const isBug =
    done?.reason === 'bug' ||
    (done === null && killed === null && exit.stall === null && !end.asked);
  const output = sandbox.output();
  if (!isBug && (output === '' || (done !== null && exit.code === 0))) return null;
  const path = join(directory, 'engine-output.log');
  const how = `engine ended: code ${String(exit.code)}, signal ${String(exit.signal)}`;
  writeFileSync(path, `${output}\n${how}\n`);
  return isBug ? path : null;
}
