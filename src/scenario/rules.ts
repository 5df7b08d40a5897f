import type { Problems } from './problems.ts';
import { expectForms, measureForms } from './schema-check.ts';
import type { ExpectData, MeasureData } from './schema-check.ts';
import type { ScenarioData } from './schema.ts';
import { stepKeys } from './schema-step.ts';
import type { StepData } from './schema-step.ts';
import type { YamlPath } from './yaml.ts';

/** The keys of a step that are no keys of the language: kinds of faults, or misspelt. */
export function kindKeys(step: StepData): readonly string[] {
  return Object.keys(step).filter((key) => !stepKeys.includes(key));
}

/** What a schema can't say: exactly one of several keys, and keys that go together. */
export function checkRules(data: ScenarioData, problems: Problems): void {
  for (const section of ['observe', 'probes'] as const) {
    for (const [id, kinds] of Object.entries(data[section] ?? {})) {
      oneKind(
        problems,
        [section, id],
        Object.keys(kinds),
        section === 'observe' ? 'observer' : 'probe',
      );
    }
  }
  for (const id of Object.keys(data.probes ?? {})) {
    if (data.observe !== undefined && Object.hasOwn(data.observe, id)) {
      problems.addKey(
        ['probes', id],
        `'${id}' names an observer already; signals begin with the name`,
      );
    }
  }
  const ids = new Set<string>();
  const guards = new Set<string>();
  for (const [index, step] of (data.timeline ?? []).entries()) {
    const path = ['timeline', index];
    if (ids.has(step.id)) problems.add([...path, 'id'], `two steps are called '${step.id}'`);
    ids.add(step.id);
    const guard = step.guard && (step.guard.name ?? step.id);
    if (guard !== undefined && guards.has(guard)) {
      problems.add([...path, 'guard'], `two guards are called '${guard}'`);
    }
    if (guard !== undefined) guards.add(guard);
    stepRules(problems, path, step);
  }
  for (const [name, measure] of Object.entries(data.measure ?? {})) {
    measureRules(problems, ['measure', name], measure);
  }
  for (const section of ['observe', 'probes'] as const) {
    if (guards.size === 0 || data[section]?.['guard'] === undefined) continue;
    problems.addKey([section, 'guard'], "the signals of guards begin with 'guard.'");
  }
  const names = new Set<string>();
  for (const [index, expect] of (data.expect ?? []).entries()) {
    const path = ['expect', index];
    if (expect.name !== undefined && names.has(expect.name)) {
      problems.add([...path, 'name'], `two expectations are called '${expect.name}'`);
    }
    names.add(expect.name ?? '');
    expectRules(problems, path, expect);
  }
}

function stepRules(problems: Problems, path: YamlPath, step: StepData): void {
  exactlyOne(problems, path, step, ['at', 'after', 'when'], 'when it starts');
  const kinds = kindKeys(step);
  const given = [...kinds, ...(step.faults ? ['faults'] : []), ...(step.act ? ['act'] : [])];
  const second = given[1];
  if (given.length === 0) {
    problems.add(path, `step '${step.id}' does nothing`, {
      expected: "a fault such as impair: {link: dci, loss: 30%}, or 'faults', or 'act'",
    });
  } else if (second !== undefined) {
    problems.addKey([...path, second], `'${given[0] ?? ''}' and '${second}' in one step`, {
      expected: 'one fault a step',
      hint: `several faults in one window: faults: [{${kinds[0] ?? 'impair'}: …}, {${kinds[1] ?? 'drop'}: …}]`,
    });
  }
  for (const [index, fault] of (step.faults ?? []).entries()) {
    oneKind(problems, [...path, 'faults', index], Object.keys(fault), 'fault');
  }
  if (step.act === undefined)
    exactlyOne(problems, path, step, ['for', 'until'], 'how long it lasts');
  else
    none(
      problems,
      path,
      step,
      ['for', 'until', 'flap', 'times', 'every', 'guard'],
      "an 'act' lasts as long as its command",
    );
  if (step.times === undefined && step.every !== undefined) {
    problems.addKey([...path, 'every'], "'every' needs 'times'");
  }
  if (step.times !== undefined && step.every === undefined) {
    problems.addKey([...path, 'times'], "'times' needs 'every'");
  }
  if (step.times !== undefined && step.until !== undefined) {
    problems.addKey([...path, 'until'], "a repeated step lasts 'for' a time, not 'until' a moment");
  }
}

function measureRules(problems: Problems, path: YamlPath, measure: MeasureData): void {
  exactlyOne(problems, path, measure, measureForms, 'what is measured');
  if (measure.value === undefined) {
    none(
      problems,
      path,
      measure,
      ['at'],
      "only 'value' is taken at a moment; the others have 'during'",
    );
  } else if (measure.at === undefined && measure.of === undefined) {
    problems.add(path, "'value' needs the moment", { expected: 'at: bursts.end' });
  }
  if (measure.value !== undefined) none(problems, path, measure, ['during'], "'value' has 'at'");
}

function expectRules(problems: Problems, path: YamlPath, expect: ExpectData): void {
  const form = exactlyOne(problems, path, expect, expectForms, 'what is expected');
  const companions = {
    always: ['during', 'budget'],
    never: ['during'],
    eventually: ['of', 'within', 'hold'],
    that: ['at'],
  } as const;
  if (form === undefined) return;
  const mine: readonly string[] = companions[form];
  const others = Object.values(companions)
    .flat()
    .filter((key) => !mine.includes(key));
  none(problems, path, expect, others, `'${form}' goes with ${mine.join(', ')}`);
  const needed =
    form === 'eventually' ? (['of', 'within'] as const) : form === 'that' ? (['at'] as const) : [];
  for (const key of needed) {
    if (expect[key] === undefined) {
      const expected = key === 'within' ? 'a duration such as 5s' : 'a moment such as bursts.end';
      problems.add([...path, form], `'${form}' needs '${key}'`, { expected });
    }
  }
}

function oneKind(problems: Problems, path: YamlPath, keys: readonly string[], what: string): void {
  const second = keys[1];
  if (keys.length === 0) problems.add(path, `the kind of ${what} is missing`);
  if (second !== undefined) {
    problems.addKey(
      [...path, second],
      `'${keys[0] ?? ''}' and '${second}': one name has one kind of ${what}`,
    );
  }
}

function exactlyOne<K extends string>(
  problems: Problems,
  path: YamlPath,
  data: Readonly<Partial<Record<K, unknown>>>,
  keys: readonly K[],
  what: string,
): K | undefined {
  const given = keys.filter((key) => data[key] !== undefined);
  const [first, second] = given;
  const expected = `exactly one of ${keys.join(', ')}`;
  if (first === undefined) problems.add(path, `it does not say ${what}`, { expected });
  if (second !== undefined) {
    problems.addKey([...path, second], `both '${String(first)}' and '${second}'`, { expected });
  }
  return first;
}

function none(
  problems: Problems,
  path: YamlPath,
  data: object,
  keys: readonly string[],
  why: string,
): void {
  for (const key of keys) {
    if ((data as Readonly<Record<string, unknown>>)[key] === undefined) continue;
    problems.addKey([...path, key], `'${key}' does not belong here: ${why}`);
  }
}
