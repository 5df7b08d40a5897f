import type { TimelineEdge } from '../fault/expand.ts';
import type { Outer } from './outer.ts';

/** What a pause does to the moments of the plan: null while it lasts. */
export interface Pause {
  readonly fromNs: number;
  readonly byNs: number | null;
}

/** What comes after a pause comes later by its length: steps keep their distances. */
export function shifted(edge: TimelineEdge, pause: Pause | null): readonly TimelineEdge[] {
  if (pause === null || edge.atNs < pause.fromNs) return [edge];
  return pause.byNs === null ? [] : [{ ...edge, atNs: edge.atNs + pause.byNs }];
}

export function resumed(outer: Outer, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    outer.onResume(resolve);
    signal.addEventListener(
      'abort',
      () => {
        reject(signal.reason as Error);
      },
      { once: true },
    );
  });
}
