import { ExpressionError } from '../scenario/expression/expression-error.ts';
import { parseExpression } from '../scenario/expression/parse.ts';
import { timeOf } from '../scenario/expression/time.ts';
import type { TimeValue } from '../scenario/expression/time.ts';
import type { StepData } from '../scenario/schema-step.ts';
import type { YamlPath } from '../scenario/yaml.ts';
import { ACT_WITHIN_NS } from './acts-and-guards.ts';
import { endsBy, startsWhen } from './live-times.ts';
import type { MomentReader } from './live-times.ts';
import type { PlannedEnd, PlannedStart } from './plan.ts';
import { lengthAt } from './plan-context.ts';
import type { WatchedContext } from './plan-context.ts';
import { repetitionNames, repetitionsOf } from './repetitions.ts';
import { spanOf } from './timed-step.ts';
import type { Moment, Span, StepWindow, TimedStep } from './timed-step.ts';

/** When every step happens. Steps may refer to each other in any order, not in a circle. */
export function timesOf(
  context: WatchedContext,
  steps: ReadonlyMap<number, StepData>,
): readonly TimedStep[] {
  return new StepClock(context, steps).all();
}

/** Reads the moments of steps; each step is timed when another one asks for it, or at last. */
class StepClock {
  readonly #context: WatchedContext;
  readonly #steps: ReadonlyMap<number, StepData>;
  readonly #done = new Map<number, readonly StepWindow[]>();
  /** the steps that wait for the one being timed */
  readonly #waiting: number[] = [];

  constructor(context: WatchedContext, steps: ReadonlyMap<number, StepData>) {
    this.#context = context;
    this.#steps = steps;
  }

  all(): readonly TimedStep[] {
    return [...this.#steps].map(([index, data]) => ({
      index,
      data,
      windows: this.#windows(index, data),
    }));
  }

  #windows(index: number, step: StepData): readonly StepWindow[] {
    const before = this.#done.get(index);
    if (before !== undefined) return before;
    this.#waiting.push(index);
    const windows = this.#time(['timeline', index], step);
    this.#waiting.pop();
    this.#done.set(index, windows);
    return windows;
  }

  #time(path: YamlPath, step: StepData): readonly StepWindow[] {
    const first = this.#first(path, step);
    return first === undefined ? [] : repetitionsOf(this.#context, path, step, first);
  }

  #first(path: YamlPath, step: StepData): StepWindow | undefined {
    const context = this.#context;
    const readMoment: MomentReader = (at, text) => this.#moment(at, text, 'end');
    const start =
      step.when === undefined
        ? this.#start(path, step)
        : startsWhen(context, path, step, readMoment);
    if (start === undefined) return undefined;
    const end = this.#end(path, step, start);
    if (end === undefined) return undefined;
    const startNs = typeof start === 'number' ? start : 0;
    const latestStartNs = typeof start === 'number' ? start : this.#latestStartNs(start);
    if (end.lengthNs <= 0) {
      const key = step.for === undefined ? 'until' : 'for';
      context.problems.add([...path, key], `step '${step.id}' would end at or before its start`);
      return undefined;
    }
    const guarded = step.guard === undefined ? undefined : ({ type: 'guard' } as const);
    const ends = end.ends ?? guarded;
    const isLive = typeof start !== 'number' || ends !== undefined;
    return {
      id: step.id,
      ...(typeof start !== 'number' && { starts: start }),
      ...(ends !== undefined && { ends }),
      ...(isLive && { latest: { startNs: latestStartNs, endNs: latestStartNs + end.lengthNs } }),
      startNs,
      endNs: startNs + end.lengthNs,
    };
  }

  #start(path: YamlPath, step: StepData): number | PlannedStart | undefined {
    const key = step.at === undefined ? 'after' : 'at';
    const at = this.#moment([...path, key], step[key], key === 'after' ? 'end' : undefined);
    if (at === undefined) return undefined;
    if (typeof at === 'object') return { type: 'edge', ...at };
    if (at >= 0) return at;
    this.#context.problems.add([...path, key], 'that is before ready', {
      expected: 'a moment from 0s on',
    });
    return undefined;
  }

  /** How long it lasts, at most where `ends` says more. */
  #end(
    path: YamlPath,
    step: StepData,
    start: number | PlannedStart,
  ): { readonly lengthNs: number; readonly ends?: PlannedEnd } | undefined {
    if (step.act !== undefined) {
      const { within } = step.act;
      const lengthNs = lengthAt(this.#context, [...path, 'act', 'within'], within, {
        fallbackNs: ACT_WITHIN_NS,
      });
      return lengthNs === undefined ? undefined : { lengthNs, ends: { type: 'act' } };
    }
    if (step.for !== undefined) {
      const lengthNs = lengthAt(this.#context, [...path, 'for'], step.for, { positive: true });
      return lengthNs === undefined ? undefined : { lengthNs };
    }
    if (typeof step.until === 'object') return endsBy(this.#context, path, step.until);
    const until = this.#moment([...path, 'until'], step.until, undefined);
    if (until === undefined) return undefined;
    if (typeof until === 'number') {
      if (typeof start === 'number') return { lengthNs: until - start };
      return {
        lengthNs: until,
        ends: { type: 'edge', of: 'ready', edge: 'start', offsetNs: until },
      };
    }
    const lengthNs = this.#latestNs(until) - (typeof start === 'number' ? start : 0);
    return { lengthNs, ends: { type: 'edge', ...until } };
  }

  /** No later than this, ns since ready. */
  #latestNs(moment: Moment): number {
    if (typeof moment === 'number') return moment;
    const { of, edge, offsetNs } = moment;
    const window = of === 'ready' ? undefined : this.#spanOf(of);
    if (window === undefined) return offsetNs;
    const { startNs, endNs } = window.latest ?? window;
    return (edge === 'start' ? startNs : endNs) + offsetNs;
  }

  #latestStartNs(start: PlannedStart): number {
    if (start.type === 'edge') return this.#latestNs(start);
    return this.#latestNs(start.armed) + start.atMostNs;
  }

  /** The moment that is written at `path`; a bare step means `bare` of its edges. */
  #moment(path: YamlPath, text: string | undefined, bare: 'end' | undefined): Moment | undefined {
    if (text === undefined) return undefined;
    return this.#context.problems.attempt(path, () => {
      const value = timeOf(parseExpression(text), {
        params: this.#context.params,
        spans: this.#spans(),
      });
      return this.#resolve(value, bare, text);
    });
  }

  #resolve(value: TimeValue, bare: 'end' | undefined, text: string): Moment | undefined {
    if (value.type === 'duration') return value.ns;
    if (value.of === 'ready') return value.offsetNs;
    const edge = value.type === 'edge' ? value.edge : bare;
    if (edge === undefined) {
      throw new ExpressionError(text.indexOf(value.of), `which edge of '${value.of}'?`, {
        expected: `${value.of}.start or ${value.of}.end`,
      });
    }
    const window = this.#spanOf(value.of);
    if (window === undefined) return undefined;
    if (window.starts !== undefined || (edge === 'end' && window.ends !== undefined)) {
      if (value.offsetNs < 0) {
        throw new ExpressionError(0, `only the run knows when '${value.of}' comes to its ${edge}`, {
          expected: `${value.of}.${edge}, or a time after it`,
        });
      }
      const { start, end } = window.edges;
      return { of: edge === 'start' ? start : end, edge, offsetNs: value.offsetNs };
    }
    return window[edge === 'start' ? 'startNs' : 'endNs'] + value.offsetNs;
  }

  #spanOf(name: string): Span | undefined {
    const [base = name] = name.split('[');
    for (const [index, step] of this.#steps) {
      if (step.id !== base) continue;
      const from = this.#waiting.indexOf(index);
      if (from >= 0) {
        const ring = [...this.#waiting.slice(from), index];
        const names = ring.map((i) => this.#steps.get(i)?.id ?? '').join(' → ');
        throw new ExpressionError(0, `steps wait for each other: ${names}`);
      }
      return spanOf(name, this.#windows(index, step));
    }
    return undefined;
  }

  #spans(): ReadonlySet<string> {
    const { params } = this.#context;
    return new Set(
      [...this.#steps.values()].flatMap((step) => [step.id, ...repetitionNames(step, params)]),
    );
  }
}
