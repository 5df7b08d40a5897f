import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import type { FaultKind, FaultTarget, LiveTarget, PickedTarget } from '../fault/fault.ts';
import type { PlannedFault } from '../fault/fault.ts';
import { uniform } from '../fault/random.ts';
import { endpointName } from '../lab/topology.ts';
import type { Topology } from '../lab/topology.ts';
import { checkExpression } from '../scenario/expression/check.ts';
import { ExpressionError } from '../scenario/expression/expression-error.ts';
import { parseExpression } from '../scenario/expression/parse.ts';
import type { KnownSignal } from '../scenario/expression/scope.ts';
import { isMap } from '../scenario/is-map.ts';
import type { YamlPath } from '../scenario/yaml.ts';
import type { WatchedContext } from './plan-context.ts';
import { resolveTarget, targetKeys } from './target.ts';

export interface WrittenTarget {
  readonly kind: FaultKind<unknown>;
  readonly params: unknown;
  /** the target keys as written */
  readonly written: Readonly<Record<string, unknown>>;
  /** this window's own */
  readonly random: RandomGenerator;
}

/** Where a fault acts: as written, as chance picks it, or as a signal will name it. */
export function targetOf(
  context: WatchedContext,
  path: YamlPath,
  target: WrittenTarget,
): Pick<PlannedFault, 'target' | 'live' | 'picked'> | undefined {
  const { kind, params, random } = target;
  const written: Record<string, unknown> = { ...target.written };
  const picked: PickedTarget[] = [];
  const now: string[] = [];
  for (const key of targetKeys) {
    const value = written[key];
    if (isMapWith(value, 'pick')) {
      const found = pick(context, [...path, key], key, value, random);
      if (found === undefined) return undefined;
      picked.push(found);
      const [only] = found.names;
      written[key] = found.names.length === 1 ? only : found.names;
    } else if (isMapWith(value, 'now')) now.push(key);
  }
  const chance = picked.length === 0 ? {} : { picked };
  const [key, second] = now;
  if (second !== undefined) {
    context.problems.addKey(
      [...path, second],
      "a fault has one target that a signal names ('now')",
    );
    return undefined;
  }
  if (key !== undefined) {
    const live = liveTarget(context, path, { ...target, written }, key);
    return live && { target: { directions: [], endpoints: [] }, live, ...chance };
  }
  const found = resolveTarget(context, path, kind, params, written);
  return found && { target: found, ...chance };
}

/** `{pick: 2, of: [a, b, c]}`, or of the nodes of a group; in the order in which they stand there. */
function pick(
  { problems, groups }: WatchedContext,
  path: YamlPath,
  key: string,
  { pick: wanted, of, ...others }: Readonly<Record<string, unknown>>,
  random: RandomGenerator,
): PickedTarget | undefined {
  const [other] = Object.keys(others);
  if (other !== undefined) {
    problems.addKey([...path, other], `'${other}' does not belong here`, {
      expected: 'pick and of',
    });
    return undefined;
  }
  const names = typeof of === 'string' ? groups.find(of, problems, [...path, 'of']) : of;
  if (names === undefined && typeof of === 'string') return undefined;
  const isList = Array.isArray(names) && names.every((name) => typeof name === 'string');
  if (!isList) {
    problems.add([...path, 'of'], 'it does not say of what', { expected: 'a list, or a group' });
    return undefined;
  }
  const n = typeof wanted === 'number' ? wanted : countOf(wanted);
  if (n === undefined || !Number.isInteger(n) || n < 1 || n > names.length) {
    const expected = `a whole number from 1 to ${String(names.length)}`;
    problems.add([...path, 'pick'], 'that many cannot be picked', { expected });
    return undefined;
  }
  const left = names.map((_, index) => index);
  const chosen = Array.from({ length: n }, () => {
    const [index = 0] = left.splice(Math.floor(uniform(random) * left.length), 1);
    return index;
  });
  const inOrder = chosen.sort((a, b) => a - b).map((index) => String(names[index]));
  return { key, names: inOrder, of: names.length };
}

/** A parameter that is a plain number. */
function countOf(value: unknown): number | undefined {
  return isMapWith(value, 'dimension') && value['dimension'] === 'count'
    ? Number(value['value'])
    : undefined;
}

/** `{now: gw.master}`: every value that names something in the lab, and what the fault would then act on. */
function liveTarget(
  context: WatchedContext,
  path: YamlPath,
  { kind, params, written }: WrittenTarget,
  key: string,
): LiveTarget | undefined {
  const at = [...path, key, 'now'];
  const { now, ...others } = written[key] as Readonly<Record<string, unknown>>;
  const [other] = Object.keys(others);
  if (other !== undefined || typeof now !== 'string') {
    const message = "'now' goes alone, with the name of a signal";
    context.problems.add([...path, key], message, { expected: '{now: gw.master}' });
    return undefined;
  }
  const signal = context.problems.attempt(at, () => signalOf(context, now));
  if (signal === undefined) return undefined;
  const choices: Record<string, FaultTarget> = {};
  for (const value of signal.states ?? []) {
    const name = nameOf(signal.path, value, context.topology);
    if (name === undefined) continue;
    const found = resolveTarget(context, path, kind, params, { ...written, [key]: name });
    if (found === undefined) return undefined;
    choices[value] = found;
  }
  if (Object.keys(choices).length > 0) return { key, signal: signal.path, choices };
  context.problems.add(at, `'${signal.path}' never names a node or a port of the lab`, {
    expected: 'a signal such as gw.master, or tree.sw3.root-port',
  });
  return undefined;
}

/** @throws ExpressionError */
function signalOf(context: WatchedContext, text: string): KnownSignal {
  const { expression, type } = checkExpression(parseExpression(text), context);
  const signal = expression.type === 'signal' ? context.signals.get(expression.path) : undefined;
  if (signal !== undefined && type === 'state') return signal;
  throw new ExpressionError(expression.offset, `'${text}' names nothing`, {
    expected: 'a signal whose value is the name of a node or a port, such as gw.master',
  });
}

/** A node by its name, or a port of a node that the signal's own path names (`tree.sw3.root-port`). */
function nameOf(path: string, value: string, topology: Topology): string | undefined {
  if (topology.nodes.some(({ name }) => name === value)) return value;
  const words = new Set(path.split(/[.[\]",]+/));
  const ends = topology.links.flatMap(({ a, b }) => [a, b]);
  const found = ends.find((end) => end.interface === value && words.has(end.node));
  return found && endpointName(found);
}

function isMapWith(value: unknown, key: string): value is Readonly<Record<string, unknown>> {
  return isMap(value) && key in value;
}
