import type { Topology } from '../lab/topology.ts';
import { probeKind } from '../probe/registry.ts';
import type { SignalSpec } from './observer.ts';
import { observerKind } from './registry.ts';

/** What of a plan says which signals there are; a Plan is one of these. */
export interface Watched {
  readonly topology: Topology;
  readonly observers: readonly WatchedItem[];
  readonly probes: readonly WatchedItem[];
  readonly steps?: readonly GuardedStep[];
}

export interface GuardedStep {
  readonly id: string;
  readonly guard?: { readonly name: string };
}

export interface WatchedItem {
  readonly id: string;
  readonly kind: string;
  /** checked by the kind's schema */
  readonly params: unknown;
}

/** Every signal of a scenario, observers first, in the scenario's order; known before anything runs. */
export function listSignals(watched: Watched): readonly SignalSpec[] {
  const { topology, observers, probes, steps = [] } = watched;
  return [
    ...observers.flatMap(({ id, kind, params }) => observerKind(kind)?.signals(id, params, topology) ?? []),
    ...probes.flatMap(({ id, kind, params }) => probeKind(kind)?.signals(id, params, topology) ?? []),
    ...guardSignals(steps),
  ]; // prettier-ignore
}

/** `guard.<name>` is one signal, however often its step is repeated. */
export function guardSignals(steps: readonly GuardedStep[]): readonly SignalSpec[] {
  const names = new Map(
    steps.flatMap(({ id, guard }) => (guard ? [[guard.name, id] as const] : [])),
  );
  return [...names].map(([name, id]) => ({
    path: `guard.${name}`,
    about: `the guard of step ${id} has tripped`,
    valueType: 'boolean',
    unit: '',
    // it trips at a moment of the room's own timer
    resolutionNs: 1_000_000,
  }));
}
