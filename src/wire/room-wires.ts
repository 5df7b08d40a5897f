import { NetlinkError, type NetlinkSocket } from '../host/netlink-socket.ts';
import { deleteLink, setLinkUp } from '../host/rtnetlink-link.ts';
import { ROOM_NSID } from './room-listener.ts';
import type { RoomBuilder } from './room-builder.ts';
import type { LinkChange, RoomLinks } from './room-links.ts';
import type { RoomNodes } from './room-nodes.ts';
import type { RoomStations } from './room-station.ts';
import {
  bothEnds,
  isDirect,
  newWire,
  otherSide,
  type Wire,
  type WireEnd,
  type WirePlace,
} from './room-wire.ts';
import type { WireSpec } from './room.ts';
import { nodeIndexOf } from './take-pairs.ts';

export interface WiresContext {
  readonly socket: NetlinkSocket;
  readonly stations: RoomStations;
  readonly builder: RoomBuilder;
  readonly nodes: RoomNodes;
  readonly links: RoomLinks;
  /** these were built (again): what faults did to them is to be done again */
  readonly onBuilt: (wire: Wire) => void;
}

/**
 * The wires of the room, and the one rule of carrier: a wire's end in the room is admin-up exactly when the *other*
 * node's interface exists and is admin-up, that node lives, and no fault takes this end's carrier. What carrier the
 * room's own ends have is never asked: two ends that mirror each other's carrier stay down for ever.
 */
export class RoomWires {
  readonly #context: WiresContext;
  readonly #byLink = new Map<string, Wire>();
  readonly #byDevice = new Map<string, WirePlace>();
  /** by the node's nsid and the index of its interface there */
  readonly #byNodeIndex = new Map<string, WirePlace>();
  #building = false;

  constructor(context: WiresContext) {
    this.#context = context;
  }

  get(link: string): Wire {
    const wire = this.#byLink.get(link);
    if (wire === undefined) throw new Error(`there is no link '${link}' in the room`);
    return wire;
  }

  [Symbol.iterator](): IterableIterator<Wire> {
    return this.#byLink.values();
  }

  /** Make what is missing of these wires: new ones, and the ends that went away of those that exist. */
  add(specs: readonly WireSpec[], hearNews: () => void): readonly Wire[] {
    const fresh = specs.filter(({ link }) => !this.#byLink.has(link));
    const wires = specs.map((spec) => this.#wireOf(spec));
    const missing = wires.flatMap((wire) =>
      bothEnds(wire)
        .filter((end) => !end.inPlace)
        .map((end) => ({ wire, end })),
    );
    this.#building = true;
    try {
      this.#context.builder.build(missing);
      for (const { wire, end } of missing) this.#byNodeIndex.set(nodeKey(end), { wire, end });
      for (const wire of new Set(missing.map((place) => place.wire))) this.#context.onBuilt(wire);
      hearNews();
    } catch (error) {
      this.#forget(fresh.map(({ link }) => this.get(link)));
      throw error;
    } finally {
      this.#building = false;
    }
    this.settle(wires);
    return wires;
  }

  #wireOf(spec: WireSpec): Wire {
    const wire = this.#byLink.get(spec.link) ?? this.#newWire(spec);
    this.#byLink.set(spec.link, wire);
    wire.spec = spec;
    for (const end of bothEnds(wire)) {
      end.spec = spec[end.side];
      // ids of namespaces are used again
      if (this.#byNodeIndex.get(nodeKey(end))?.end === end) this.#byNodeIndex.delete(nodeKey(end));
      const nsid = this.#context.nodes.byName(end.spec.node)?.nsid ?? ROOM_NSID;
      // theirs: their container may have another namespace by now
      if (end.inPlace && end.spec.hostEnd !== undefined) {
        end.nodeIndex = nodeIndexOf(end.spec) ?? end.nodeIndex;
      }
      end.nsid = nsid;
      this.#byDevice.set(end.device, { wire, end });
      if (end.inPlace) this.#byNodeIndex.set(nodeKey(end), { wire, end });
    }
    return wire;
  }

  #newWire(spec: WireSpec): Wire {
    const { stations } = this.#context;
    return newWire(spec, this.#byLink.size + 1, ({ node, netnsFd }) =>
      spec.isDirect === true ? stations.ofNode(node, netnsFd) : stations.room,
    );
  }

  /** What could not be made as a whole goes as a whole. */
  #forget(wires: readonly Wire[]): void {
    for (const wire of wires) {
      this.#byLink.delete(wire.link);
      for (const end of bothEnds(wire)) {
        this.#byDevice.delete(end.device);
        this.#byNodeIndex.delete(nodeKey(end));
        if (isDirect(wire)) continue;
        unlessGone(() => {
          this.#context.socket.request([deleteLink(end.deviceIndex, end.device)]);
        });
      }
    }
  }

  /** An interface of a node or of the room changed: do what follows from it. */
  linkChanged(nsid: number, change: LinkChange): void {
    const index = change.after?.index ?? change.before?.index ?? 0;
    if (nsid === ROOM_NSID) {
      const place = this.#byDevice.get(change.after?.name ?? change.before?.name ?? '');
      if (place !== undefined) this.#deviceChanged(place, index, change);
    } else {
      const place = this.#byNodeIndex.get(`${String(nsid)} ${String(index)}`);
      if (place !== undefined && !this.#building) this.settle([place.wire]);
    }
  }

  /** A room end went away with its pair, or somebody made one. */
  #deviceChanged({ wire, end }: WirePlace, index: number, change: LinkChange): void {
    if (change.after === undefined) {
      if (index !== end.deviceIndex) return;
      end.inPlace = false;
      end.raised = false;
    } else if (change.before === undefined && !end.inPlace && !this.#building) {
      end.deviceIndex = index;
      unlessGone(() => {
        this.#context.builder.adopt({ wire, end });
        this.#context.onBuilt(wire);
        this.settle([wire]);
      });
    }
  }

  /** Bring the admin state of these wires' room ends to what the rule of carrier says. */
  settle(wires: Iterable<Wire>): void {
    // a wire may be named for each of its directions: twice the same end would be turned and turned back
    // the ends of a direct wire are the nodes' own
    const ours = [...new Set(wires)].filter((wire) => !isDirect(wire));
    const changes = ours.flatMap((wire) =>
      bothEnds(wire).filter((end) => end.inPlace && end.raised !== this.#wanted(wire, end)),
    );
    if (changes.length === 0) return;
    for (const end of changes) end.raised = !end.raised;
    unlessGone(() => {
      this.#context.socket.request(
        changes.map((end) => setLinkUp(end.deviceIndex, end.raised, end.device)),
      );
    });
  }

  #wanted(wire: Wire, end: WireEnd): boolean {
    return !end.carrierLost && this.#isUp(wire.ends[otherSide(end.side)]);
  }

  #isUp(end: WireEnd): boolean {
    const { links, nodes } = this.#context;
    const alive = nodes.byName(end.spec.node)?.alive ?? false;
    return alive && (links.get(end.nsid, end.nodeIndex)?.adminUp ?? false);
  }

  /** A node died or came back. */
  nodeChanged(name: string): void {
    this.settle([...this].filter((wire) => bothEnds(wire).some(({ spec }) => spec.node === name)));
  }

  /** The ends of these wires whose node should see carrier and does not yet. */
  withoutCarrier(wires: readonly Wire[]): readonly WireEnd[] {
    const { links } = this.#context;
    const ours = wires.filter((wire) => !isDirect(wire));
    return ours.flatMap((wire) =>
      bothEnds(wire).filter(
        (end) =>
          this.#wanted(wire, end) &&
          this.#isUp(end) &&
          links.get(end.nsid, end.nodeIndex)?.carrier !== true,
      ),
    );
  }
}

function nodeKey({ nsid, nodeIndex }: WireEnd): string {
  return `${String(nsid)} ${String(nodeIndex)}`;
}

/** A device that is gone in this moment is no failure: the event about it is on its way. */
function unlessGone(body: () => void): void {
  try {
    body();
  } catch (error) {
    if (!(error instanceof NetlinkError) || error.code !== 'ENODEV') throw error;
  }
}
