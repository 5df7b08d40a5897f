import { ExpressionError } from '../scenario/expression/expression-error.ts';
import { parseExpression, parseWindow } from '../scenario/expression/parse.ts';
import { durationOf, timeOf } from '../scenario/expression/time.ts';
import type { TimeValue } from '../scenario/expression/time.ts';
import type { YamlPath } from '../scenario/yaml.ts';
import type { PlannedStep, PlannedWindow, WindowEdge } from './plan.ts';
import type { PlanContext } from './plan-context.ts';
import { spanOf } from './timed-step.ts';

/** A window, with the step that it is for where `each step` made several. */
export interface NamedWindow {
  readonly window: PlannedWindow;
  readonly step: string | null;
}

/** Turns windows and moments of measures and checks into edges of steps. */
export class Windows {
  readonly #context: PlanContext;
  readonly #steps: readonly PlannedStep[];
  /** those with faults: what an operator does has no part in fault windows */
  readonly #faulty: readonly PlannedStep[];
  readonly #spans: ReadonlySet<string>;

  constructor(context: PlanContext, steps: readonly PlannedStep[]) {
    this.#context = context;
    this.#steps = steps;
    this.#faulty = steps.filter(({ act }) => act === undefined);
    const ids = steps.flatMap(({ id }) => [id, id.split('[')[0] ?? id]);
    // `fault` says which one only where there is one
    const fault = this.#faulty.length === 1 ? ['fault'] : [];
    this.#spans = new Set([...ids, 'run', 'baseline', 'recovery', ...fault]);
  }

  /** `run`, `bursts + 10s`, `a .. b`, `each step`; empty when something is wrong with it */
  during(path: YamlPath, text: string): readonly NamedWindow[] {
    const { problems } = this.#context;
    const found = problems.attempt(path, () => this.#parse(text)) ?? [];
    return found.filter(({ window }) => {
      const empty = this.#length(window) <= 0;
      if (empty) problems.add(path, `the window '${text}' has no length`);
      return !empty;
    });
  }

  /** `bursts.end + 5s`, `20s` */
  moment(path: YamlPath, text: string): WindowEdge | undefined {
    return this.#context.problems.attempt(path, () => {
      const value = timeOf(parseExpression(text), this.#scope());
      if (value.type !== 'span') return this.#edge(value, 'start');
      throw new ExpressionError(text.indexOf(value.of), `which edge of '${value.of}'?`, {
        expected: `${value.of}.start or ${value.of}.end`,
      });
    });
  }

  #parse(text: string): readonly NamedWindow[] {
    const parsed = parseWindow(text);
    if (parsed.type === 'each-step') {
      if (this.#faulty.length === 0) throw new ExpressionError(0, 'there are no steps');
      const { offset } = parsed;
      const more = offset === null ? 0 : durationOf(offset, this.#context.params);
      return this.#faulty.map(({ id }) => ({
        step: id,
        window: {
          text: `${id}${text.slice(text.indexOf('step') + 'step'.length)}`,
          from: { of: id, edge: 'start', offsetNs: 0 },
          to: { of: id, edge: 'end', offsetNs: more },
        },
      }));
    }
    if (parsed.type === 'range') {
      const from = this.#edge(timeOf(parsed.from, this.#scope()), 'start');
      const to = this.#edge(timeOf(parsed.to, this.#scope()), 'end');
      return [{ step: null, window: { text, from, to } }];
    }
    const value = timeOf(parsed.of, this.#scope());
    if (value.type !== 'span') {
      throw new ExpressionError(0, `'${text}' is a moment or a duration, not a window`, {
        expected: 'run, bursts + 10s, bursts.start .. 5s, each step',
      });
    }
    const from = this.#edge({ ...value, offsetNs: 0 }, 'start');
    return [{ step: null, window: { text, from, to: this.#edge(value, 'end') } }];
  }

  #scope(): { params: PlanContext['params']; spans: ReadonlySet<string> } {
    return { params: this.#context.params, spans: this.#spans };
  }

  /** A bare span gives the edge on the side where it stands: `a .. b` is from a.start to b.end. */
  #edge(value: TimeValue, side: 'start' | 'end'): WindowEdge {
    if (value.type === 'duration') return { of: 'ready', edge: 'start', offsetNs: value.ns };
    const edge = value.type === 'edge' ? value.edge : side;
    const { of, offsetNs } = value;
    if (of === 'ready' || of === 'run' || of === 'recovery') return { of, edge, offsetNs };
    if (of === 'baseline') {
      if (edge === 'start') return { of: 'ready', edge: 'start', offsetNs };
      const isLive = this.#faulty.some(({ starts }) => starts !== undefined);
      if (isLive) return { of: 'baseline', edge: 'end', offsetNs };
      return { of: this.#first().id, edge: 'start', offsetNs };
    }
    const name = of === 'fault' ? this.#first().id : of;
    if (this.#steps.some((step) => step.id === name)) return { of: name, edge, offsetNs };
    const repeated = this.#steps.filter((step) => step.id.startsWith(`${name}[`));
    const one = edge === 'start' ? repeated[0] : repeated.at(-1);
    return { of: one?.id ?? name, edge, offsetNs };
  }

  #first(): PlannedStep {
    const [first] = this.#faulty;
    if (first === undefined) throw new ExpressionError(0, 'there are no steps');
    return first;
  }

  /** As far as it is known before the run: what ends with recovery or the run has some length. */
  #length({ from, to }: PlannedWindow): number {
    const [fromNs, toNs] = [this.knownNs(from), this.knownNs(to)];
    if (fromNs !== undefined && toNs !== undefined) return toNs - fromNs;
    const same = from.of === to.of && from.edge === to.edge;
    if (same) return to.offsetNs - from.offsetNs;
    const step = this.#steps.find(({ id, ends }) => id === from.of && id === to.of && !ends);
    if (step === undefined) return Infinity;
    const sign = from.edge === 'start' ? 1 : -1;
    return sign * (step.endNs - step.startNs) + to.offsetNs - from.offsetNs;
  }

  /** When an edge is, ns since ready; undefined for what only the run can say (a trigger, the end of recovery) */
  knownNs(edge: WindowEdge): number | undefined {
    if (edge.of === 'recovery' && edge.edge === 'start') {
      return this.#steps.some(isLive) ? undefined : lastEndNs(this.#steps) + edge.offsetNs;
    }
    const span = spanOf(edge.of, this.#steps);
    if (span?.starts !== undefined) return undefined;
    if (span?.ends !== undefined && edge.edge === 'end') return undefined;
    return this.latestNs(edge);
  }

  /** No later than this; undefined for the end of what only the run knows */
  latestNs({ of, edge, offsetNs }: WindowEdge): number | undefined {
    if (of === 'ready' || (of === 'run' && edge === 'start')) return offsetNs;
    if (of === 'recovery' && edge === 'start') return lastEndNs(this.#steps) + offsetNs;
    const span = spanOf(of, this.#steps);
    return span && (span.latest ?? span)[edge === 'start' ? 'startNs' : 'endNs'] + offsetNs;
  }
}

function isLive({ latest }: PlannedStep): boolean {
  return latest !== undefined;
}

/** When the last step is over, ns since ready; at the latest, where only the run can time it. */
export function lastEndNs(steps: readonly PlannedStep[]): number {
  return steps.reduce((last, step) => Math.max(last, (step.latest ?? step).endNs), 0);
}
