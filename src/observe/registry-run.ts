import { ChaosError } from '../errors.ts';
import type { LinkParams } from './link.ts';
import type { StartWatch, Watch, WatchContext } from './observer-run.ts';
import type { OspfParams } from './ospf.ts';
import type { StpParams } from './stp.ts';
import type { TrafficParams } from './traffic.ts';
import type { VrrpParams } from './vrrp.ts';

type LoadStart = () => Promise<StartWatch<unknown>>;

/** The halves that act, loaded when they are needed. The plan has checked the parameters by the kind's schema. */
const starts: Readonly<Record<string, LoadStart>> = {
  vrrp: async () => {
    const { startVrrp } = await import('./vrrp-run.ts');
    return (params, context) => startVrrp(params as VrrpParams, context);
  },
  stp: async () => {
    const { startStp } = await import('./stp-run.ts');
    return (params, context) => startStp(params as StpParams, context);
  },
  ospf: async () => {
    const { startOspf } = await import('./ospf-run.ts');
    return (params, context) => startOspf(params as OspfParams, context);
  },
  link: async () => {
    const { startLink } = await import('./link-run.ts');
    return (params, context) => startLink(params as LinkParams, context);
  },
  traffic: async () => {
    const { startTraffic } = await import('./traffic-run.ts');
    return (params, context) => startTraffic(params as TrafficParams, context);
  },
};

/** The kinds that can be started; a test keeps them in step with registry.ts. */
export const startableObservers: readonly string[] = Object.keys(starts);

export async function startObserver(
  kind: string,
  params: unknown,
  context: WatchContext,
): Promise<Watch> {
  const load = Object.hasOwn(starts, kind) ? starts[kind] : undefined;
  if (load === undefined) throw new ChaosError('bug', `no observer of kind '${kind}'`);
  const start = await load();
  return start(params, context);
}
