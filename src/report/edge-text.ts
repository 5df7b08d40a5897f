import type { StepEdge } from '../run/step-events.ts';

/** 'on', 'row 3' */
export function edgeText({ edge, row }: StepEdge): string {
  return row === undefined ? edge : `${edge} ${String(row)}`;
}
