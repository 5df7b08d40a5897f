import type { HostEvent, RunEvent } from '../run/events.ts';
import type { RunFile } from '../run/run-file.ts';
import type { CheckResult, CleanAxis, HostAxis } from './result.ts';
import { countText, durationText } from './words.ts';

/** In the real clock a delay of our own of this size makes blackouts and missed adverts by itself. */
const LATE_LIMIT_MS = 1000;

/** Was the machine good enough? Being late matters when it could have turned a check, or by itself made an outage. */
export function judgeHost(
  run: RunFile,
  events: readonly HostEvent[],
  checks: readonly CheckResult[],
): HostAxis {
  const problems: string[] = [];
  let stalledMs = 0;
  let lateMaxMs = 0;
  let lateCount = 0;
  for (const event of events) {
    if (event.type === 'stall') {
      stalledMs += event.wallMs;
      problems.push(
        `lab time stood still for ${durationText(event.wallMs * 1e6)}: ${event.culprit}`,
      );
    } else if (event.type === 'late') {
      lateCount += event.count;
      lateMaxMs = Math.max(lateMaxMs, event.maxMs);
    } else if (event.type === 'killed') {
      problems.push(`the run was killed: ${event.reason}`);
    }
  }
  const lateness = run.clock === 'real' ? lateProblem(lateMaxMs, lateCount, checks) : undefined;
  if (lateness !== undefined) problems.push(lateness);
  const outcome = problems.length > 0 ? 'spoiled' : events.length === 0 ? 'unknown' : 'valid';
  return { outcome, problems, stalledMs, lateMaxMs, lateCount };
}

function lateProblem(
  maxMs: number,
  count: number,
  checks: readonly CheckResult[],
): string | undefined {
  const late = `${countText(count, 'send')} came late, by up to ${durationText(maxMs * 1e6)}`;
  if (maxMs > LATE_LIMIT_MS) return late;
  const turned = checks.find(
    ({ margin, outcome }) =>
      margin?.unit === 'ns' && outcome !== 'inconclusive' && Math.abs(margin.value) < maxMs * 1e6,
  );
  if (turned === undefined) return undefined;
  return `${late}: more than the margin of '${turned.name}'`;
}

/** Was the machine left as it was found, and every fault undone? */
export function judgeClean(events: readonly HostEvent[], run: readonly RunEvent[]): CleanAxis {
  const left = [
    ...run.flatMap((event) => (event.type === 'not-undone' ? event.what : [])),
    ...events.flatMap((event) => (event.type === 'left-behind' ? event.what : [])),
    ...(events.findLast((event) => event.type === 'undone')?.failures ?? []),
  ];
  if (left.length > 0) return { outcome: 'not-clean', left };
  const digests = { before: '', after: '' };
  for (const event of events) {
    if (event.type === 'fingerprint') digests[event.when] = event.digest;
  }
  if (digests.before === '' || digests.after === '') return { outcome: 'unknown', left: [] };
  if (digests.before === digests.after) return { outcome: 'clean', left: [] };
  return {
    outcome: 'not-clean',
    left: ['the machine is not as it was found (fingerprint differs)'],
  };
}
