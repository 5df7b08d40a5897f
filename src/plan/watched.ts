import type { z } from 'zod';
import type { SignalSpec } from '../observe/observer.ts';
import { durationOf } from '../scenario/expression/time.ts';
import { foldParams } from '../scenario/expression/check.ts';
import { parseExpression } from '../scenario/expression/parse.ts';
import type { KnownSignal } from '../scenario/expression/scope.ts';
import { isMap } from '../scenario/is-map.ts';
import { substituteParams } from '../scenario/params.ts';
import { addIssues, addUnknownKey } from '../scenario/schema-problems.ts';
import type { YamlPath } from '../scenario/yaml.ts';
import type { PlannedObserver, PlannedProbe, PlannedProbeOk } from './plan.ts';
import type { PlanContext } from './plan-context.ts';
import { okSchema } from './probe-ok.ts';

export interface Watched {
  readonly observers: readonly PlannedObserver[];
  readonly probes: readonly PlannedProbe[];
  readonly signals: ReadonlyMap<string, KnownSignal>;
}

/** Observers and probes with checked parameters, and every signal that they will give. */
export function watchedOf(context: PlanContext): Watched {
  const { scenario, kinds } = context;
  const specs: SignalSpec[] = [];
  const observers: PlannedObserver[] = [];
  const probes: PlannedProbe[] = [];
  for (const [id, entry] of Object.entries(scenario.data.observe ?? {})) {
    const found = readEntry(context, ['observe', id], entry, kinds.observers, specs);
    if (found !== undefined) observers.push({ id, ...found });
  }
  for (const [id, entry] of Object.entries(scenario.data.probes ?? {})) {
    const [name = ''] = Object.keys(entry);
    const { ok: written, ...params } = asMap(entry[name]);
    const ok = probeOk(context, ['probes', id, name, 'ok'], written);
    const found = readEntry(context, ['probes', id], { [name]: params }, kinds.probes, specs, [
      'ok',
    ]);
    if (found !== undefined && ok !== undefined) probes.push({ id, ...found, ok });
  }
  return { observers, probes, signals: new Map(specs.map((spec) => [spec.path, spec])) };
}

interface WatchedKind {
  readonly schema: z.ZodType;
  signals(id: string, params: unknown, topology: PlanContext['topology']): readonly SignalSpec[];
  refuse?(params: unknown, topology: PlanContext['topology']): string | undefined;
}

function readEntry(
  context: PlanContext,
  path: YamlPath,
  entry: Readonly<Record<string, unknown>>,
  kinds: Readonly<Record<string, WatchedKind>>,
  specs: SignalSpec[],
  alsoKnown: readonly string[] = [],
): { readonly kind: string; readonly params: unknown } | undefined {
  const { problems, topology } = context;
  const [name = ''] = Object.keys(entry);
  const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
  if (kind === undefined) {
    addUnknownKey(problems, [...path, name], Object.keys(kinds));
    return undefined;
  }
  const at = [...path, name];
  const given = substituteParams(problems, at, entry[name] ?? {}, context.params);
  const result = kind.schema.safeParse(given);
  if (!result.success) {
    addIssues(problems, at, result.error, kind.schema, alsoKnown);
    return undefined;
  }
  const refusal = kind.refuse?.(result.data, topology);
  if (refusal !== undefined) {
    const named = keyNamedIn(refusal, asMap(entry[name]));
    problems.add(named === undefined ? at : [...at, ...named], refusal);
    return undefined;
  }
  specs.push(...kind.signals(String(path.at(-1)), result.data, topology));
  return { kind: name, params: result.data };
}

/** A kind refuses in words; the value that it quotes is where the problem is. */
function keyNamedIn(
  refusal: string,
  params: Readonly<Record<string, unknown>>,
): YamlPath | undefined {
  const quoted = [...refusal.matchAll(/'([^']+)'/g)].map((match) => match[1]);
  for (const [key, value] of Object.entries(params)) {
    if (typeof value === 'string' && quoted.includes(value)) return [key];
    if (!Array.isArray(value)) continue;
    const index = value.findIndex((item) => typeof item === 'string' && quoted.includes(item));
    if (index >= 0) return [key, index];
  }
  const key = Object.keys(params).find((name) => quoted.includes(name));
  return key === undefined ? undefined : [key];
}

/** `ok: {loss: "< 5%", over: 1s}`; without it every single packet says whether the probe is ok. */
function probeOk(
  context: PlanContext,
  path: YamlPath,
  written: unknown,
): PlannedProbeOk | undefined {
  const { problems, params } = context;
  if (written === undefined) return { lossBelow: 1, windowNs: 0 };
  const result = okSchema.safeParse(written);
  if (!result.success) {
    addIssues(problems, path, result.error, okSchema);
    return undefined;
  }
  const { loss, over } = result.data;
  const limit = /^\s*<(?!=)\s*(.*\S)\s*$/su.exec(loss)?.[1];
  const lossPath = [...path, 'loss'];
  if (limit === undefined) {
    problems.add(lossPath, `'${loss}' is no limit`, { expected: '"< 5%"' });
    return undefined;
  }
  const ratio = problems.attempt(lossPath, () => foldParams(parseExpression(limit), params));
  if (ratio === undefined) return undefined;
  if (
    typeof ratio !== 'object' ||
    ratio.dimension !== 'ratio' ||
    !(ratio.value > 0) ||
    ratio.value > 1
  ) {
    problems.add(lossPath, `'${limit}' is no limit for loss`, {
      expected: 'a percentage above 0%, such as < 5%',
    });
    return undefined;
  }
  const overPath = [...path, 'over'];
  const windowNs =
    over === undefined
      ? 0
      : problems.attempt(overPath, () => durationOf(parseExpression(over), params));
  return windowNs === undefined ? undefined : { lossBelow: ratio.value, windowNs };
}

function asMap(value: unknown): Readonly<Record<string, unknown>> {
  return isMap(value) ? value : {};
}
