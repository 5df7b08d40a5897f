import type { Watch, WatchContext } from '../observe/observer-run.ts';

/** When `<id>.ok` is true: the loss over the trailing window is below the limit. windowNs 0: every single packet. */
export interface ProbeOk {
  readonly lossBelow: number;
  readonly windowNs: number;
}

export type StartProbe<P> = (params: P, ok: ProbeOk, context: WatchContext) => Promise<Watch>;
