import type { SignalSpec } from '../observe/observer.ts';
import type { SignalValue } from '../scenario/expression/ast.ts';
import type { EventLog } from './event-log.ts';

/** The signals of a run: their last values, a declaration before the first one, an event per change. */
export class SignalBoard {
  readonly #log: EventLog;
  readonly #specs: ReadonlyMap<string, SignalSpec>;
  readonly #values = new Map<string, SignalValue>();
  readonly #listeners: ((labNs: number) => void)[] = [];
  readonly #settled: ((labNs: number) => void)[] = [];
  /** since when the values are as they are, and whether that has been said */
  #lastNs = -Infinity;
  #isSaid = true;

  constructor(log: EventLog, specs: readonly SignalSpec[]) {
    this.#log = log;
    this.#specs = new Map(specs.map((spec) => [spec.path, spec]));
  }

  /** Declare every signal; all are unknown until they are set. */
  declareAll(atNs: number): void {
    for (const spec of this.#specs.values()) this.#declare(spec, atNs);
  }

  set(path: string, value: SignalValue, atNs: number, sinceNs?: number): void {
    if (this.#values.has(path) && this.#values.get(path) === value) return;
    if (!this.#specs.has(path)) throw new Error(`signal '${path}' was never declared`);
    // what lasted no time at all (several changes at one instant) was not
    if (atNs > this.#lastNs) this.#sayRest();
    this.#values.set(path, value);
    this.#log.add(atNs, {
      type: 'signal',
      signal: path,
      value,
      ...(sinceNs !== undefined && sinceNs !== atNs && { since: sinceNs }),
    });
    for (const listener of this.#listeners) listener(atNs);
    this.#lastNs = Math.max(this.#lastNs, atNs);
    if (!this.#isSaid) return;
    this.#isSaid = false;
    queueMicrotask(() => {
      this.#sayRest();
    });
  }

  #sayRest(): void {
    if (this.#isSaid) return;
    this.#isSaid = true;
    for (const listener of this.#settled) listener(this.#lastNs);
  }

  /** null while it is not known */
  get(path: string): SignalValue {
    return this.#values.get(path) ?? null;
  }

  onChange(listener: (labNs: number) => void): void {
    this.#listeners.push(listener);
  }

  /** The values have been as they are now since the moment that is given. */
  onSettled(listener: (labNs: number) => void): void {
    this.#settled.push(listener);
  }

  #declare(spec: SignalSpec, atNs: number): void {
    this.#log.add(atNs, {
      type: 'signal-declared',
      signal: spec.path,
      about: spec.about,
      valueType: spec.valueType,
      unit: spec.unit,
      resolutionNs: spec.resolutionNs,
    });
  }
}
