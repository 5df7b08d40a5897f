import { formatQuantity } from '../scenario/quantity-text.ts';
import type { WireDirection } from '../wire/want.ts';
import type { Kinds } from './kinds.ts';
import type { PlannedStep } from './plan.ts';

interface Way {
  delayNs: number;
  jitterNs: number;
  lossRatio: number;
}

/**
 * What a step makes of a packet and its answer, a line a link: delay and loss are per direction, and people forget
 * that they meet twice. Faults of a class of frames are left out: they are not what users' packets meet.
 */
export function roundTrips(step: PlannedStep, kinds: Kinds): readonly string[] {
  const ways = new Map<string, Map<string, Way>>();
  for (const fault of step.faults) {
    for (const direction of fault.target.directions) {
      const way = wayOf(fault, direction, kinds);
      if (way === undefined) continue;
      const link = ways.get(direction.link) ?? new Map<string, Way>();
      ways.set(direction.link, link);
      const before = link.get(direction.direction);
      link.set(direction.direction, before === undefined ? way : join(before, way));
    }
  }
  return [...ways].map(([link, directions]) => {
    const both = [...directions.values()].reduce(join);
    const one = directions.size === 1 ? ' (hit one way only)' : '';
    return `a round trip over ${link}: ${describe(both)}${one}`;
  });
}

function wayOf(
  fault: PlannedStep['faults'][number],
  direction: WireDirection,
  kinds: Kinds,
): Way | undefined {
  const kind = kinds.faults[fault.kind];
  if (kind?.acts !== 'wire') return undefined;
  const way: Way = { delayNs: 0, jitterNs: 0, lossRatio: 0 };
  for (const want of kind.wants(fault.params, direction, '')) {
    if (want.kind === 'carrier') return undefined;
    if (want.kind === 'cut') way.lossRatio = 1;
    else if (want.kind === 'send' || want.kind === 'join') return undefined;
    else if (Object.keys(want.match).length > 0) return undefined;
    // a trace: what it makes of a round trip changes with every row
    else if (want.kind === 'impair' && want.changes === true) return undefined;
    else if (want.kind === 'impair') {
      way.delayNs += want.impairment.delayNs ?? 0;
      way.jitterNs += want.impairment.jitterNs ?? 0;
    }
  }
  for (const asked of kind.asks(fault.params)) {
    if (asked.quantity === 'loss' || asked.quantity === 'impair') {
      way.lossRatio = either(way.lossRatio, asked.ratio ?? 0);
    }
  }
  return way.delayNs > 0 || way.lossRatio > 0 ? way : undefined;
}

function join(a: Way, b: Way): Way {
  return {
    delayNs: a.delayNs + b.delayNs,
    // independent: variances add
    jitterNs: Math.hypot(a.jitterNs, b.jitterNs),
    lossRatio: either(a.lossRatio, b.lossRatio),
  };
}

function either(a: number, b: number): number {
  return 1 - (1 - a) * (1 - b);
}

function describe({ delayNs, jitterNs, lossRatio }: Way): string {
  const ms = (ns: number): string =>
    formatQuantity({ dimension: 'duration', value: Math.round(ns / 1e5) * 1e5 });
  const parts: string[] = [];
  if (delayNs > 0) parts.push(`+${ms(delayNs)}${jitterNs > 0 ? ` ±${ms(jitterNs)}` : ''}`);
  if (lossRatio >= 1) parts.push('never answered');
  else if (lossRatio > 0) {
    const value = Number(lossRatio.toPrecision(3));
    parts.push(`${formatQuantity({ dimension: 'ratio', value })} unanswered`);
  }
  return parts.join(', ');
}
