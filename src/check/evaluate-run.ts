import type { HostEvent, RunEvent } from '../run/events.ts';
import type { RunFile } from '../run/run-file.ts';
import type { CheckContext } from './check-context.ts';
import { judgeCheck } from './checks.ts';
import { judgeDose } from './dose.ts';
import { judgeClean, judgeHost } from './host.ts';
import { measure } from './measures.ts';
import type { RunResult } from './result.ts';
import { runTimes, type RunTimes } from './run-times.ts';
import { judgeSettled } from './settled.ts';
import { signalHistories } from './signal-history.ts';
import { judgeVerdict, outcomeOf } from './verdict.ts';

/** Everything that a run shows, as a function of what it left: run.json, events.ndjson, host.ndjson. */
export function evaluateRun(
  run: RunFile,
  events: readonly RunEvent[],
  host: readonly HostEvent[],
  context: CheckContext = checkContext(run, events),
): RunResult {
  const { times } = context;
  const settled = judgeSettled(run, events, times);
  const checks = [
    ...run.plan.checks.map((check) => judgeCheck(check, context)),
    ...(settled === null ? [] : [settled]),
  ];
  const measures = run.plan.measures.map((planned) => measure(planned, context, run.clock));
  const axes = {
    verdict: judgeVerdict(checks, events, times),
    dose: judgeDose(run, events, times),
    host: judgeHost(run, host, checks),
    clean: judgeClean(host, events),
  };
  return {
    ...outcomeOf(axes),
    ...axes,
    details: detailsOf(times),
    checks,
    measures,
    endNs: times.endNs,
    endReason: times.reason,
  };
}

/** The first line of what the engine said is in the reason. */
function detailsOf({ message }: RunTimes): readonly string[] {
  return (message ?? '').split('\n').slice(1);
}

/** The step functions and the frame of a run; reports draw from the same. */
export function checkContext(run: RunFile, events: readonly RunEvent[]): CheckContext {
  const observers = new Set(run.plan.observers.map((observer) => observer.id));
  return { histories: signalHistories(events, observers), times: runTimes(run, events) };
}
