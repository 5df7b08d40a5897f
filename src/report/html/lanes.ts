import { ownerOf, type SignalHistories, type SignalHistory } from '../../check/signal-history.ts';
import type { Span } from '../../check/truth.ts';
import type { Plan } from '../../plan/plan.ts';
import { signalsOf } from '../../scenario/expression/evaluate.ts';
import type { SignalValue } from '../../scenario/expression/ast.ts';
import type { Report } from '../report.ts';
import type { PageLane } from './page-data.ts';

/** More changes than a screen has columns are drawn as buckets. */
const MOST_STEPS = 3000;
/** a signal that nobody asked about and that changes more often says nothing as a lane */
const MOST_UNASKED_CHANGES = 400;
/** the value of a bucket in which more than one value was held */
export const MANY = '~';

interface LaneSource {
  readonly histories: SignalHistories;
  readonly plan: Plan;
  readonly report: Report;
  readonly span: Span;
}

/**
 * The signals that are drawn as lanes: states, counts and conditions that a check or a measure reads, or that changed.
 */
export function lanesOf({ histories, plan, report, span }: LaneSource): PageLane[] {
  const asked = askedSignals(plan);
  const probes = new Set(plan.probes.map(({ id }) => id));
  const lanes: PageLane[] = [];
  for (const history of histories.values()) {
    const type = history.declared?.valueType;
    if (type !== 'boolean' && type !== 'count' && type !== 'state') continue;
    const steps = laneSteps(history, span);
    const isAsked = asked.has(history.name);
    const changes = steps.length / 2 - 1;
    // loss and delay of a probe are plots; one value a packet is no lane unless a check asks for it
    if (!isAsked && probes.has(ownerOf(history.name))) continue;
    if (!isAsked && (changes < 1 || changes > MOST_UNASKED_CHANGES)) continue;
    const described = report.signals.find((signal) => signal.name === history.name);
    lanes.push({
      name: history.name,
      owner: ownerOf(history.name),
      about: described?.about ?? '',
      type,
      unit: described?.unit ?? '',
      summary: described?.summary.text ?? '',
      asked: isAsked,
      steps: changes > MOST_STEPS ? bucketed(steps, span) : steps,
    });
  }
  return lanes;
}

/** What checks, measures, ready and settled read. */
export function askedSignals(plan: Plan): ReadonlySet<string> {
  const read = [...plan.ready.that, ...plan.settled, ...plan.measures, ...plan.checks];
  return new Set(read.flatMap(({ expression }) => signalsOf(expression)));
}

/** What of it lies in the span; the first step is moved to its start. */
function laneSteps({ fromNs, values }: SignalHistory, span: Span): SignalValue[] {
  const startMs = span.fromNs / 1e6;
  const steps: SignalValue[] = [];
  fromNs.forEach((at, i) => {
    const toNs = fromNs[i + 1] ?? Infinity;
    if (toNs <= span.fromNs || at > span.toNs) return;
    if (steps.length === 0 && at > span.fromNs) steps.push(startMs, null);
    steps.push(Math.max(startMs, Math.round(at / 1e3) / 1e3), values[i] ?? null);
  });
  return steps.length === 0 ? [startMs, null] : steps;
}

/** One value a bucket: the one that was held all through it, or MANY. */
function bucketed(steps: readonly SignalValue[], span: Span): SignalValue[] {
  const buckets = MOST_STEPS / 2;
  const widthMs = (span.toNs - span.fromNs) / 1e6 / buckets;
  const out: SignalValue[] = [];
  let next = 0;
  let held: SignalValue = null;
  for (let bucket = 0; bucket < buckets; bucket += 1) {
    const fromMs = span.fromNs / 1e6 + bucket * widthMs;
    let shown: SignalValue | undefined = next > 0 ? held : undefined;
    for (; next < steps.length && Number(steps[next]) < fromMs + widthMs; next += 2) {
      held = steps[next + 1] ?? null;
      const startsHere = shown === undefined || Number(steps[next]) === fromMs;
      shown = startsHere || shown === held ? held : MANY;
    }
    if (out.length === 0 || out.at(-1) !== shown) out.push(fromMs, shown ?? null);
  }
  return out;
}
