import type { TimelineEdge } from '../fault/expand.ts';
import type { Outer } from './outer.ts';

/** What a pause does to the moments of the plan: null while it lasts. */
export interface Pause {
  readonly fromNs: number;
  readonly byNs: number | null;
}

/** What comes after a pause comes later by its length: steps keep their distances. */
export function shifted(edge: TimelineEdge, pause: Pause | null): readonly TimelineEdge[] {
  if (pause?.byNs === null && edge.atNs >= pause.fromNs) return [];
  return [{ ...edge, atNs: shiftedNs(edge.atNs, pause) }];
}

/** When a moment of the plan comes, as far as that is known. */
export function shiftedNs(atNs: number, pause: Pause | null): number {
  return pause === null || atNs < pause.fromNs ? atNs : atNs + (pause.byNs ?? 0);
}

/** For which moment of the plan something came. */
export function plannedNs(cameNs: number, pause: Pause | null): number {
  return pause === null || cameNs < pause.fromNs ? cameNs : cameNs - (pause.byNs ?? 0);
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
