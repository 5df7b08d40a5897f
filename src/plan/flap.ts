import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import type { FaultSpan } from '../fault/fault.ts';
import { randomStream } from '../fault/random.ts';
import type { StepData } from '../scenario/schema-step.ts';
import type { YamlPath } from '../scenario/yaml.ts';
import { distributionAt } from './distribution.ts';
import type { Distribution } from './distribution.ts';
import { lengthAt } from './plan-context.ts';
import type { PlanContext } from './plan-context.ts';
import type { StepWindow } from './timed-step.ts';

/** A flap that changes more often than this in one window is a mistake in its unit. */
const MAX_EDGES = 100_000;
/** What is drawn shorter than this is not worth two edges. */
const SHORTEST_NS = 1_000_000;

type Length = (random: RandomGenerator) => number;

/** The whole window, or the `on` times of a flap; the last one ends with the window, so that it ends off. */
export function activeOf(
  context: PlanContext,
  path: YamlPath,
  step: StepData,
  { id, startNs, endNs }: StepWindow,
): readonly FaultSpan[] | undefined {
  if (step.flap === undefined) return [{ fromNs: startNs, toNs: endNs }];
  const at = [...path, 'flap'];
  const on = lengthOf(context, [...at, 'on'], step.flap.on);
  const off = lengthOf(context, [...at, 'off'], step.flap.off);
  if (on === undefined || off === undefined) return undefined;
  if (typeof on === 'number' && on >= endNs - startNs) {
    context.problems.add([...at, 'on'], `it would not flap: the step ends before the first 'off'`);
    return undefined;
  }
  const random = randomStream(context.seed, 'flap', id);
  const spans: FaultSpan[] = [];
  for (let fromNs = startNs; fromNs < endNs;) {
    if (2 * spans.length > MAX_EDGES) {
      context.problems.add(at, `that is more than ${String(MAX_EDGES)} changes in one window`);
      return undefined;
    }
    const toNs = fromNs + drawn(on, random);
    spans.push({ fromNs, toNs: Math.min(toNs, endNs) });
    fromNs = toNs + drawn(off, random);
  }
  return spans;
}

function drawn(length: number | Length, random: RandomGenerator): number {
  if (typeof length === 'number') return length;
  return Math.max(SHORTEST_NS, Math.round(length(random)));
}

/** A duration, or a distribution of durations. */
function lengthOf(context: PlanContext, path: YamlPath, text: string): number | Length | undefined {
  const found: Distribution | undefined | 'none' = distributionAt(context, path, text);
  if (found !== 'none') return found;
  return lengthAt(context, path, text, { positive: true });
}
