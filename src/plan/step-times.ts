import { ExpressionError } from '../scenario/expression/expression-error.ts';
import { parseExpression } from '../scenario/expression/parse.ts';
import { timeOf } from '../scenario/expression/time.ts';
import type { TimeValue } from '../scenario/expression/time.ts';
import { foldParams } from '../scenario/expression/check.ts';
import type { StepData } from '../scenario/schema-step.ts';
import type { YamlPath } from '../scenario/yaml.ts';
import { lengthAt } from './plan-context.ts';
import type { PlanContext } from './plan-context.ts';

/** The window of a step since ready, once for each repetition. */
export interface StepWindow {
  /** `cut`, or `cut[2]` */
  readonly id: string;
  readonly startNs: number;
  readonly endNs: number;
}

/** A step of the file with the windows that it gets; none when something is wrong with it. */
export interface TimedStep {
  readonly index: number;
  readonly data: StepData;
  readonly windows: readonly StepWindow[];
}

const MAX_REPETITIONS = 10_000;

/** When every step happens. Steps may refer to each other in any order, not in a circle. */
export function timesOf(
  context: PlanContext,
  steps: ReadonlyMap<number, StepData>,
): readonly TimedStep[] {
  return new StepClock(context, steps).all();
}

class StepClock {
  readonly #context: PlanContext;
  readonly #steps: ReadonlyMap<number, StepData>;
  readonly #done = new Map<number, readonly StepWindow[]>();
  /** the steps that wait for the one being timed */
  readonly #waiting: number[] = [];

  constructor(context: PlanContext, steps: ReadonlyMap<number, StepData>) {
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
    const { problems } = this.#context;
    const startKey = step.at === undefined ? 'after' : 'at';
    const startNs = this.#moment(
      [...path, startKey],
      step[startKey],
      startKey === 'after' ? 'end' : undefined,
    );
    if (startNs === undefined) return [];
    if (startNs < 0) {
      problems.add([...path, startKey], 'that is before ready', {
        expected: 'a moment from 0s on',
      });
      return [];
    }
    const endNs = this.#end(path, step, startNs);
    if (endNs === undefined) return [];
    if (endNs <= startNs) {
      const key = step.for === undefined ? 'until' : 'for';
      problems.add([...path, key], `step '${step.id}' would end at or before its start`);
      return [];
    }
    return this.#repeat(path, step, startNs, endNs);
  }

  #end(path: YamlPath, step: StepData, startNs: number): number | undefined {
    if (step.for !== undefined) {
      const ns = lengthAt(this.#context, [...path, 'for'], step.for, { positive: true });
      return ns === undefined ? undefined : startNs + ns;
    }
    if (typeof step.until !== 'string') return undefined;
    return this.#moment([...path, 'until'], step.until, undefined);
  }

  #repeat(path: YamlPath, step: StepData, startNs: number, endNs: number): readonly StepWindow[] {
    const { times, every, id } = step;
    if (times === undefined || every === undefined) return [{ id, startNs, endNs }];
    const { problems } = this.#context;
    const everyNs = lengthAt(this.#context, [...path, 'every'], every, { positive: true });
    const n = problems.attempt([...path, 'times'], () => this.#count(times));
    if (n === undefined || everyNs === undefined) return [];
    if (everyNs < endNs - startNs) {
      problems.add([...path, 'every'], `step '${id}' would begin again before it has ended`);
      return [];
    }
    return Array.from({ length: n }, (_, i) => ({
      id: `${id}[${String(i + 1)}]`,
      startNs: startNs + i * everyNs,
      endNs: endNs + i * everyNs,
    }));
  }

  /** @throws ExpressionError */
  #count(times: string): number {
    const count = foldParams(parseExpression(times), this.#context.params);
    const n = typeof count === 'object' && count.dimension === 'count' ? count.value : NaN;
    if (Number.isInteger(n) && n >= 1 && n <= MAX_REPETITIONS) return n;
    throw new ExpressionError(0, `'${times}' is not how often something is done`, {
      expected: `a whole number from 1 to ${String(MAX_REPETITIONS)}`,
    });
  }

  /** ns since ready; a bare step means `bare` of its edges */
  #moment(path: YamlPath, text: string | undefined, bare: 'end' | undefined): number | undefined {
    if (text === undefined) return undefined;
    return this.#context.problems.attempt(path, () => {
      const value = timeOf(parseExpression(text), {
        params: this.#context.params,
        spans: this.#spans(),
      });
      return this.#resolve(value, bare, text);
    });
  }

  #resolve(value: TimeValue, bare: 'end' | undefined, text: string): number | undefined {
    if (value.type === 'duration') return value.ns;
    if (value.of === 'ready') return value.offsetNs;
    const edge = value.type === 'edge' ? value.edge : bare;
    if (edge === undefined) {
      throw new ExpressionError(text.indexOf(value.of), `which edge of '${value.of}'?`, {
        expected: `${value.of}.start or ${value.of}.end`,
      });
    }
    const window = this.#spanOf(value.of);
    return window === undefined
      ? undefined
      : window[edge === 'start' ? 'startNs' : 'endNs'] + value.offsetNs;
  }

  #spanOf(name: string): StepWindow | undefined {
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
    return new Set(
      [...this.#steps.values()].flatMap((step) => [step.id, ...this.#repetitions(step)]),
    );
  }

  #repetitions({ id, times }: StepData): readonly string[] {
    if (times === undefined) return [];
    try {
      return Array.from({ length: this.#count(times) }, (_, i) => `${id}[${String(i + 1)}]`);
    } catch (error) {
      // said where that step itself is timed
      if (error instanceof ExpressionError) return [];
      throw error;
    }
  }
}

/** The window that a name means: a step, one of its repetitions, or all of them from first to last. */
export function spanOf(name: string, windows: readonly StepWindow[]): StepWindow | undefined {
  const exact = windows.find((window) => window.id === name);
  if (exact !== undefined) return exact;
  const mine = windows.filter((window) => window.id.startsWith(`${name}[`));
  const [first, last] = [mine[0], mine.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  return { id: name, startNs: first.startNs, endNs: last.endNs };
}
