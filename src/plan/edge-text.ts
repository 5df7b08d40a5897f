import type { WindowEdge } from './plan.ts';

/** 'cut.end + 3 s'; `length`: how people are told a duration in ns */
export function edgeText(
  { of, edge, offsetNs }: WindowEdge,
  length: (ns: number) => string,
): string {
  const base = of === 'ready' ? 'ready' : `${of}.${edge}`;
  if (offsetNs === 0) return base;
  return `${base} ${offsetNs < 0 ? '-' : '+'} ${length(Math.abs(offsetNs))}`;
}
