import { ChaosError } from '../errors.ts';
import type { Watch, WatchContext } from '../observe/observer-run.ts';
import type { IcmpParams } from './icmp.ts';
import type { ProbeOk, StartProbe } from './probe-run.ts';
import type { UdpParams } from './udp.ts';

type LoadStart = () => Promise<StartProbe<unknown>>;

/** The halves that act, loaded when they are needed. The plan has checked the parameters by the kind's schema. */
const starts: Readonly<Record<string, LoadStart>> = {
  icmp: async () => {
    const { startIcmp } = await import('./icmp-run.ts');
    return (params, ok, context) => startIcmp(params as IcmpParams, ok, context);
  },
  udp: async () => {
    const { startUdp } = await import('./udp-run.ts');
    return (params, ok, context) => startUdp(params as UdpParams, ok, context);
  },
};

/** The kinds that can be started; a test keeps them in step with registry.ts. */
export const startableProbes: readonly string[] = Object.keys(starts);

export async function startProbe(
  kind: string,
  params: unknown,
  ok: ProbeOk,
  context: WatchContext,
): Promise<Watch> {
  const load = Object.hasOwn(starts, kind) ? starts[kind] : undefined;
  if (load === undefined) throw new ChaosError('bug', `no probe of kind '${kind}'`);
  const start = await load();
  return start(params, ok, context);
}
