import type { AddressMessage } from '../host/rtnetlink-address.ts';
import type { LinkMessage } from '../host/rtnetlink-link.ts';
import type { RoomReport } from './room.ts';

/** What is known about one interface of one namespace. */
export interface LinkState {
  readonly index: number;
  readonly name: string;
  readonly adminUp: boolean;
  readonly carrier: boolean;
  readonly mac: string;
  readonly master: number;
  readonly portState: number | null;
}

/** The links of all watched namespaces, kept up to date by the listener's messages. */
export class RoomLinks {
  readonly #byNsid = new Map<number, Map<number, LinkState>>();
  /** what a running dump has not yet named */
  readonly #unseen = new Map<number, Set<number>>();

  get(nsid: number, index: number): LinkState | undefined {
    return this.#byNsid.get(nsid)?.get(index);
  }

  /** Take a message in. Returns what changed, undefined when it said nothing new. */
  apply(nsid: number, message: LinkMessage): LinkChange | undefined {
    const links = this.#byNsid.get(nsid) ?? new Map<number, LinkState>();
    this.#byNsid.set(nsid, links);
    this.#unseen.get(nsid)?.delete(message.index);
    const before = links.get(message.index);
    if (message.removed && !message.fromBridge) return this.#remove(nsid, message.index);
    // a bridge speaks of itself in the same form as of its ports
    if (message.fromBridge && before === undefined) return undefined;
    const leftBridge = message.fromBridge && message.removed;
    const aboutItself = message.fromBridge && message.portState === null;
    const after: LinkState = {
      index: message.index,
      name: message.name,
      adminUp: message.adminUp,
      carrier: message.carrier,
      mac: message.mac ?? before?.mac ?? '',
      master: leftBridge ? 0 : aboutItself ? (before?.master ?? 0) : message.master,
      portState: leftBridge ? null : aboutItself ? (before?.portState ?? null) : message.portState,
    };
    if (before !== undefined && same(before, after)) return undefined;
    links.set(message.index, after);
    return { before, after };
  }

  dumpBegan(nsid: number): void {
    this.#unseen.set(nsid, new Set(this.#byNsid.get(nsid)?.keys() ?? []));
  }

  /** The links that went away unheard. */
  dumpEnded(nsid: number): LinkChange[] {
    const gone = [...(this.#unseen.get(nsid) ?? [])];
    this.#unseen.delete(nsid);
    return gone.flatMap((index) => this.#remove(nsid, index) ?? []);
  }

  /** A link as the report that the engine gets. */
  report(tNs: number, node: string, nsid: number, change: LinkChange): RoomReport {
    const link = change.after ?? change.before;
    if (link === undefined) throw new Error('a change of nothing');
    return {
      type: 'link',
      tNs,
      node,
      interface: link.name,
      ifindex: link.index,
      gone: change.after === undefined,
      adminUp: link.adminUp,
      carrier: link.carrier,
      mac: link.mac,
      bridge: link.master === 0 ? null : (this.get(nsid, link.master)?.name ?? null),
      portState: link.portState,
    };
  }

  #remove(nsid: number, index: number): LinkChange | undefined {
    const before = this.get(nsid, index);
    if (before === undefined) return undefined;
    this.#byNsid.get(nsid)?.delete(index);
    return { before, after: undefined };
  }
}

/** At least one of both is there. */
export interface LinkChange {
  readonly before: LinkState | undefined;
  readonly after: LinkState | undefined;
}

function same(a: LinkState, b: LinkState): boolean {
  return (
    a.name === b.name &&
    a.adminUp === b.adminUp &&
    a.carrier === b.carrier &&
    a.mac === b.mac &&
    a.master === b.master &&
    a.portState === b.portState
  );
}

/** An address of an interface, with the name that the interface had when it was heard of. */
export interface AddressState {
  readonly interface: string;
  readonly address: string;
}

/** The addresses of all watched namespaces: the kernel repeats itself, a report says only what is new. */
export class RoomAddresses {
  readonly #byNsid = new Map<number, Map<string, AddressState>>();
  /** what a running dump has not yet named */
  readonly #unseen = new Map<number, Set<string>>();

  /** What came or went; undefined when the message says nothing new. */
  apply(nsid: number, message: AddressMessage, name: string): AddressState | undefined {
    const own = this.#byNsid.get(nsid) ?? new Map<string, AddressState>();
    this.#byNsid.set(nsid, own);
    const key = `${String(message.index)}/${message.address}`;
    this.#unseen.get(nsid)?.delete(key);
    const known = own.get(key);
    if (message.present === (known !== undefined)) return undefined;
    if (known !== undefined) {
      own.delete(key);
      return known;
    }
    const state = { interface: name, address: message.address };
    own.set(key, state);
    return state;
  }

  dumpBegan(nsid: number): void {
    this.#unseen.set(nsid, new Set(this.#byNsid.get(nsid)?.keys() ?? []));
  }

  /** The addresses that went away unheard. */
  dumpEnded(nsid: number): AddressState[] {
    const own = this.#byNsid.get(nsid);
    const gone = [...(this.#unseen.get(nsid) ?? [])];
    this.#unseen.delete(nsid);
    return gone.flatMap((key) => {
      const state = own?.get(key);
      own?.delete(key);
      return state ?? [];
    });
  }
}
