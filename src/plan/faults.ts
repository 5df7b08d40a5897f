import { ChaosError } from '../errors.ts';
import type { FaultKind, InLab, NamedText, PlannedFault } from '../fault/fault.ts';
import { randomStream } from '../fault/random.ts';
import { substituteParams } from '../scenario/params.ts';
import { kindKeys } from '../scenario/rules.ts';
import { addIssues, addUnknownKey } from '../scenario/schema-problems.ts';
import { stepKeys } from '../scenario/schema-step.ts';
import type { StepData } from '../scenario/schema-step.ts';
import type { YamlPath } from '../scenario/yaml.ts';
import { targetOf } from './live-target.ts';
import type { PlanContext, WatchedContext } from './plan-context.ts';
import { targetKeys } from './target.ts';

/** The faults of a step, for each of its windows: what is picked is picked anew, all else is the same. */
export function faultsOfWindows(
  context: WatchedContext,
  path: YamlPath,
  step: StepData,
): (window: string) => readonly PlannedFault[] {
  let faults: readonly PlannedFault[] | undefined;
  return (window) => {
    const isNew = faults === undefined || faults.some(({ picked }) => picked !== undefined);
    faults = isNew ? faultsOf({ context, window }, path, step) : faults;
    return faults ?? [];
  };
}

interface Reading {
  readonly context: WatchedContext;
  /** the id of the step's window */
  readonly window: string;
}

function faultsOf(reading: Reading, path: YamlPath, step: StepData): readonly PlannedFault[] {
  const single = kindKeys(step).map((kind) => readFault(reading, path, kind, step[kind], stepKeys));
  const several = (step.faults ?? []).flatMap((fault, index) =>
    Object.entries(fault).map(([kind, value]) =>
      readFault(reading, [...path, 'faults', index], kind, value, []),
    ),
  );
  return [...single, ...several].filter((fault) => fault !== undefined);
}

function readFault(
  { context, window }: Reading,
  parent: YamlPath,
  name: string,
  value: unknown,
  alsoKnown: readonly string[],
): PlannedFault | undefined {
  const { problems, kinds, params } = context;
  const kind = Object.hasOwn(kinds.faults, name) ? kinds.faults[name] : undefined;
  const path = [...parent, name];
  if (kind === undefined) {
    const known = [...Object.keys(kinds.faults), ...alsoKnown];
    addUnknownKey(problems, path, known, 'faults are listed by: chaos list faults');
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    problems.add(path, `'${name}' needs its target and parameters`, { expected: kind.example });
    return undefined;
  }
  const before = problems.count;
  const given = substituteParams(problems, path, value, params) as Readonly<
    Record<string, unknown>
  >;
  // what is missing then would be said once more, as if it had never been written
  if (problems.count > before) return undefined;
  const isTarget = ([key]: readonly [string, unknown]): boolean =>
    kind.saysWhere !== true && targetKeys.includes(key);
  const own = Object.fromEntries(Object.entries(given).filter((entry) => !isTarget(entry)));
  const unfolded = kind.unfold?.(own) ?? { written: own };
  if ('refusal' in unfolded) {
    const { refusal: message, path: at, near, expected } = unfolded;
    problems.add([...path, ...at], message, { near, expected });
    return undefined;
  }
  const result = kind.schema.safeParse(unfolded.written);
  if (!result.success) {
    addIssues(problems, path, result.error, kind.schema, kind.saysWhere ? [] : targetKeys);
    return undefined;
  }
  const refusal = kind.refuse?.(result.data);
  if (refusal !== undefined) {
    problems.add(path, refusal);
    return undefined;
  }
  const found = inLab(context, path, kind, result.data);
  if (found === undefined) return undefined;
  if (found.directions !== undefined) {
    const target = { directions: found.directions, endpoints: [] };
    return { kind: name, params: found.params, target };
  }
  const written = Object.fromEntries(Object.entries(given).filter(isTarget));
  const random = randomStream(context.seed, 'pick', window, ...path.map(String));
  const where = targetOf(context, path, { kind, params: found.params, written, random });
  return where && { kind: name, params: found.params, ...where };
}

/** What parameters that name parts of the lab mean there. */
function inLab(
  context: PlanContext,
  path: YamlPath,
  kind: FaultKind<unknown>,
  params: unknown,
): InLab<unknown> | undefined {
  if (kind.inLab === undefined) return { params };
  const { problems, groups, topology, seed } = context;
  const found = kind.inLab(params, {
    topology,
    nodes: (name, at) => groups.find(name, problems, [...path, ...at]),
    random: randomStream(seed, 'in-lab', ...path.map(String)),
    read: (file, at) => readNamed(context, file, [...path, ...at]),
  });
  if (found === undefined || !('refusal' in found)) return found;
  problems.add([...path, ...(found.path ?? [])], found.refusal, { hint: found.hint });
  return undefined;
}

function readNamed(
  { files, problems }: PlanContext,
  name: string,
  at: YamlPath,
): NamedText | undefined {
  try {
    const { path: file, text } = files(name);
    return {
      text,
      refuse: ({ line, column }, { message, ...extra }) => {
        problems.addAt({ file, line, column }, message, extra);
      },
    };
  } catch (error) {
    if (!(error instanceof ChaosError && error.code === 'not-found')) throw error;
    problems.add(at, error.message, { hint: 'its place is relative to the scenario' });
    return undefined;
  }
}
