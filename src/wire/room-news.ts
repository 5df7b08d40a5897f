import type { AddressMessage } from '../host/rtnetlink-address.ts';
import type { LinkMessage } from '../host/rtnetlink-link.ts';
import type { NetlinkSocket } from '../host/netlink-socket.ts';
import { RoomAddresses, RoomLinks, type AddressState, type LinkChange } from './room-links.ts';
import { RoomListener, type Dumped, type ListenerEvents } from './room-listener.ts';
import { RoomNodes } from './room-nodes.ts';
import type { RoomReport } from './room.ts';

export interface NewsContext {
  readonly socket: NetlinkSocket;
  readonly now: () => number;
  readonly report: (report: RoomReport) => void;
  /** an interface of a node or of the room is not as it was */
  readonly onLink: (nsid: number, change: LinkChange) => void;
  /** room for events that wait; default: enough for the largest lab */
  readonly bufferBytes?: number;
}

/** What the kernel tells of the links and addresses of all nodes: kept, and reported where it is new. */
export class RoomNews implements ListenerEvents {
  readonly nodes: RoomNodes;
  readonly links: RoomLinks = new RoomLinks();
  readonly #context: NewsContext;
  readonly #addresses = new RoomAddresses();
  readonly #listener: RoomListener;
  /** rtnetlink has no time stamps: when its messages were taken out of the socket */
  #heardNs = 0;

  constructor(context: NewsContext) {
    this.#context = context;
    this.nodes = new RoomNodes(context.socket);
    this.#listener = new RoomListener(this, context.bufferBytes);
  }

  get fd(): number {
    return this.#listener.fd;
  }

  /**
   * `done`: what is there now has been reported. Asked of the kernel in any case: a namespace that came anew may have got
   * the id of the one before it, and what happened before it had one was not heard.
   */
  watch(node: string, netnsFd: number, done: () => void): void {
    this.nodes.meet(node, netnsFd);
    const nsid = this.nodes.byName(node)?.nsid;
    if (nsid !== undefined) this.#listener.watch(nsid, done);
  }

  /** The same for a node that may be watched already, and then is left at that. */
  meet(node: string, netnsFd: number): void {
    const nsid = this.nodes.meet(node, netnsFd);
    if (nsid !== undefined) this.#listener.watch(nsid, () => undefined);
  }

  /** Take in everything that has come. */
  take(): void {
    this.#heardNs = this.#context.now();
    this.#listener.drain();
  }

  close(): void {
    this.#listener.close();
  }

  link(nsid: number, message: LinkMessage): void {
    const change = this.links.apply(nsid, message);
    if (change !== undefined) this.#changed(nsid, change);
  }

  dumpBegan(nsid: number, what: Dumped): void {
    if (what === 'links') this.links.dumpBegan(nsid);
    else this.#addresses.dumpBegan(nsid);
  }

  dumpEnded(nsid: number, what: Dumped): void {
    if (what === 'links') {
      for (const change of this.links.dumpEnded(nsid)) this.#changed(nsid, change);
    } else {
      for (const state of this.#addresses.dumpEnded(nsid)) this.#tell(nsid, state, false);
    }
  }

  address(nsid: number, message: AddressMessage): void {
    if (this.nodes.byNsid(nsid) === undefined) return;
    const name = this.links.get(nsid, message.index)?.name ?? `if${String(message.index)}`;
    const state = this.#addresses.apply(nsid, message, name);
    if (state !== undefined) this.#tell(nsid, state, message.present);
  }

  #tell(nsid: number, state: AddressState, present: boolean): void {
    const node = this.nodes.byNsid(nsid)?.name;
    if (node === undefined) return;
    this.#context.report({ type: 'address', tNs: this.#heardNs, node, ...state, present });
  }

  lost(): void {
    const { now, report } = this.#context;
    report({ type: 'gap', source: 'netlink', lost: 1, sinceNs: this.#heardNs, tNs: now() });
  }

  #changed(nsid: number, change: LinkChange): void {
    this.#context.onLink(nsid, change);
    const node = this.nodes.byNsid(nsid);
    if (node === undefined) return;
    this.#context.report(this.links.report(this.#heardNs, node.name, nsid, change));
  }
}
