import type { Topology } from '../lab/topology.ts';
import { probeKind } from '../probe/registry.ts';
import type { SignalSpec } from './observer.ts';
import { observerKind } from './registry.ts';

/** What of a plan says which signals there are; a Plan is one of these. */
export interface Watched {
  readonly topology: Topology;
  readonly observers: readonly WatchedItem[];
  readonly probes: readonly WatchedItem[];
}

export interface WatchedItem {
  readonly id: string;
  readonly kind: string;
  /** checked by the kind's schema */
  readonly params: unknown;
}

/** Every signal of a scenario, observers first, in the scenario's order; known before anything runs. */
export function listSignals(watched: Watched): readonly SignalSpec[] {
  const { topology, observers, probes } = watched;
  return [
    ...observers.flatMap(({ id, kind, params }) => observerKind(kind)?.signals(id, params, topology) ?? []),
    ...probes.flatMap(({ id, kind, params }) => probeKind(kind)?.signals(id, params, topology) ?? []),
  ]; // prettier-ignore
}
