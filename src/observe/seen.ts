import type { SignalValue } from '../scenario/expression/ast.ts';

/**
 * What reducers are fed with. The room's reports of type 'link' and 'address' are of these shapes; times are lab ns.
 */
export interface LinkSeen {
  readonly tNs: number;
  readonly node: string;
  readonly interface: string;
  readonly gone: boolean;
  readonly adminUp: boolean;
  readonly carrier: boolean;
  readonly mac: string;
  /** IFLA_BRPORT_STATE; null: not a bridge port */
  readonly portState: number | null;
}

export interface AddressSeen {
  readonly tNs: number;
  readonly node: string;
  readonly interface: string;
  /** '10.0.0.1/24' */
  readonly address: string;
  readonly present: boolean;
}

/** Where a reducer's results go: WatchContext.set is one. `sinceNs`: when it became true, if known only later. */
export type SetSignal = (path: string, value: SignalValue, atNs: number, sinceNs?: number) => void;

/**
 * Reports of different sources (netlink, the capture) come a few milliseconds out of order. A signal that both of them
 * move must not go back in time: a step is placed no earlier than the one before it. Unchanged values are dropped.
 */
export function inOrder(set: SetSignal): SetSignal {
  const last = new Map<string, { readonly value: SignalValue; readonly fromNs: number }>();
  return (path, value, atNs, sinceNs = atNs) => {
    const before = last.get(path);
    if (before?.value === value) return;
    const fromNs = Math.max(sinceNs, before?.fromNs ?? -Infinity);
    last.set(path, { value, fromNs });
    set(path, value, Math.max(atNs, fromNs), fromNs);
  };
}
