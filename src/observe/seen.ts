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
