import { NetlinkError, type NetlinkSocket } from '../host/netlink-socket.ts';
import { assignNsid, lookUpNsid } from '../host/rtnetlink-namespace.ts';

export interface WatchedNode {
  readonly name: string;
  nsid: number;
  alive: boolean;
}

/** The nodes that the room knows, and the ids by which it knows their network namespaces. */
export class RoomNodes {
  readonly #socket: NetlinkSocket;
  readonly #byName = new Map<string, WatchedNode>();
  readonly #byNsid = new Map<number, WatchedNode>();
  #lastNsid = 0;

  constructor(socket: NetlinkSocket) {
    this.#socket = socket;
  }

  byName(name: string): WatchedNode | undefined {
    return this.#byName.get(name);
  }

  byNsid(nsid: number): WatchedNode | undefined {
    return this.#byNsid.get(nsid);
  }

  setAlive(name: string, alive: boolean): void {
    const node = this.#byName.get(name);
    if (node !== undefined) node.alive = alive;
  }

  /** Know a node by its namespace. Its id, when that is new here: its links have yet to be heard of. */
  meet(name: string, netnsFd: number): number | undefined {
    const nsid = this.#idOf(netnsFd);
    const known = this.#byName.get(name);
    if (known?.nsid === nsid && this.#byNsid.get(nsid) === known) return undefined;
    // raised again: another namespace under the same name. The kernel may have given its old id to somebody else
    if (known !== undefined && this.#byNsid.get(known.nsid) === known) {
      this.#byNsid.delete(known.nsid);
    }
    const node = known ?? { name, nsid, alive: true };
    node.nsid = nsid;
    this.#byName.set(name, node);
    this.#byNsid.set(nsid, node);
    return nsid;
  }

  #idOf(netnsFd: number): number {
    for (;;) {
      const nsid = this.#lastNsid + 1;
      try {
        this.#socket.request([assignNsid(netnsFd, nsid)]);
        this.#lastNsid = nsid;
        return nsid;
      } catch (error) {
        if (!(error instanceof NetlinkError)) throw error;
        if (error.code === 'EEXIST') {
          // either the namespace has an id or the id has a namespace
          const existing = lookUpNsid(this.#socket, netnsFd);
          if (existing >= 0) return existing;
        } else if (error.code !== 'ENOSPC') throw error;
        this.#lastNsid = nsid;
      }
    }
  }
}
