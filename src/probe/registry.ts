import { icmp } from './icmp.ts';
import type { ProbeKind } from './probe.ts';
import { udp } from './udp.ts';

/** Every kind of probe, by the name that a scenario uses. */
export const probeKinds: Readonly<Record<string, ProbeKind<unknown>>> = { icmp, udp };

export function probeKind(name: string): ProbeKind<unknown> | undefined {
  return Object.hasOwn(probeKinds, name) ? probeKinds[name] : undefined;
}
