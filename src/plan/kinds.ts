import type { FaultKind } from '../fault/fault.ts';
import { faultKinds } from '../fault/registry.ts';
import type { ObserverKind } from '../observe/observer.ts';
import { observerKinds } from '../observe/registry.ts';
import type { ProbeKind } from '../probe/probe.ts';
import { probeKinds } from '../probe/registry.ts';

/** The plug-ins that a scenario can name. */
export interface Kinds {
  readonly faults: Readonly<Record<string, FaultKind<unknown>>>;
  readonly observers: Readonly<Record<string, ObserverKind<unknown>>>;
  readonly probes: Readonly<Record<string, ProbeKind<unknown>>>;
}

export const allKinds: Kinds = {
  faults: faultKinds,
  observers: observerKinds,
  probes: probeKinds,
};
