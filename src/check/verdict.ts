import type { RunEvent } from '../run/events.ts';
import { conditionText } from './conditions-text.ts';
import type {
  CheckResult,
  CleanAxis,
  DoseAxis,
  HostAxis,
  Outcome,
  RunResult,
  VerdictAxis,
} from './result.ts';
import type { RunTimes } from './run-times.ts';
import { countText, durationText, listText } from './words.ts';

/** What the checks say, apart from dose, host and cleanliness. */
export function judgeVerdict(
  checks: readonly CheckResult[],
  events: readonly RunEvent[],
  times: RunTimes,
): VerdictAxis {
  if (!times.ready) return { outcome: 'inconclusive', reason: neverReady(events, times) };
  const failed = checks.filter((check) => check.outcome === 'fail');
  const first = failed[0];
  if (first !== undefined) {
    const more = failed.length - 1;
    const rest = more === 0 ? '' : ` (and ${countText(more, 'more check')} failed)`;
    return {
      outcome: 'fail',
      reason: `${first.name}: ${first.observed}${allowedText(first)}${rest}`,
    };
  }
  if (times.reason !== 'completed') {
    return { outcome: 'inconclusive', reason: notCompleted(times) };
  }
  const unsure = checks.find((check) => check.outcome === 'inconclusive');
  if (unsure !== undefined) {
    const why = unsure.notes[0] ?? unsure.observed;
    return { outcome: 'inconclusive', reason: `${unsure.name}: ${why}` };
  }
  const skipped = events.find((event) => {
    return event.type === 'skipped' && event.guard === undefined;
  });
  if (skipped?.type === 'skipped') {
    const why = times.skipped.get(skipped.step) ?? skipped.reason;
    return { outcome: 'inconclusive', reason: `step '${skipped.step}' was not injected: ${why}` };
  }
  return { outcome: 'pass', reason: passReason(checks) };
}

/** What the scenario allowed of what was overspent: ', where at most 5 episodes were allowed' */
function allowedText({ budget }: CheckResult): string {
  const over = budget.find(
    ({ observed, allowed }) => allowed > 0 && (observed === null || observed > allowed),
  );
  if (over === undefined) return '';
  if (over.unit === 'episodes') {
    return `, where at most ${countText(over.allowed, 'episode')} ${over.allowed === 1 ? 'was' : 'were'} allowed`;
  }
  const most = durationText(over.allowed);
  switch (over.of) {
    case 'longest':
      return `, where at most ${most} at a time were allowed`;
    case 'within':
      return `, where ${most} were allowed`;
    case 'total':
    case 'episodes':
      return `, where at most ${most} in all were allowed`;
    default:
      return over.of satisfies never;
  }
}

interface Axes {
  readonly verdict: VerdictAxis;
  readonly dose: DoseAxis;
  readonly host: HostAxis;
  readonly clean: CleanAxis;
}

/**
 * The one ordered function: a machine left dirty first (it spoils the runs that come after), then a run that the host
 * or the dose has spoiled (its violations may be ours), then violated, not known, held.
 */
export function outcomeOf({
  verdict,
  dose,
  host,
  clean,
}: Axes): Pick<RunResult, 'outcome' | 'reason'> {
  if (clean.outcome === 'not-clean') {
    return { outcome: 'not-clean', reason: `left behind: ${listText(clean.left)}` };
  }
  if (host.outcome === 'spoiled') {
    return { outcome: 'inconclusive', reason: `the host spoiled it: ${host.problems[0] ?? ''}` };
  }
  if (dose.outcome === 'not-delivered') {
    return { outcome: 'inconclusive', reason: `not the dose asked for: ${dose.problems[0] ?? ''}` };
  }
  return { outcome: verdict.outcome satisfies Outcome, reason: verdict.reason };
}

function neverReady(events: readonly RunEvent[], times: RunTimes): string {
  const said = events.findLast((event) => event.type === 'never-ready');
  if (said?.type !== 'never-ready') return notCompleted(times);
  const unmet = said.conditions.filter((condition) => condition.value !== true);
  const what = unmet.length > 0 ? unmet : said.conditions;
  const which =
    unmet.length > 0
      ? what.map(conditionText).join('; ')
      : 'every condition held at the end, but not for long enough';
  return `the lab never became ready: ${which}`;
}

function notCompleted({ reason, message }: RunTimes): string {
  const detail = message === null || message === reason ? '' : `: ${message.split('\n')[0] ?? ''}`;
  switch (reason) {
    case 'interrupted':
      return `the run was interrupted${detail}`;
    case 'lab-failed':
      return `the lab could not be brought up${detail}`;
    case 'stalled':
      return `lab time stood still${detail}`;
    case 'bug':
      return `chaos itself broke${detail}`;
    case 'cut':
      return 'the log ends in the middle: the run was killed';
    case 'never-ready':
    case 'completed':
      return `the run ended early${detail}`;
    default:
      return reason satisfies never;
  }
}

function passReason(checks: readonly CheckResult[]): string {
  if (checks.length === 0) return 'nothing was expected, so nothing was judged';
  const known = checks.filter((check) => check.outcome === 'known');
  const held = checks.length - known.length;
  const text = held === 1 ? 'the one check held' : `all ${String(held)} checks held`;
  if (known.length === 0) return text;
  const names = listText(known.map((check) => check.name));
  return held === 0 ? `only known failures: ${names}` : `${text}; known to fail: ${names}`;
}
