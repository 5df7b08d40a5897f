import { writeFileSync } from 'node:fs';
import { NetlinkError, type NetlinkSocket } from '../host/netlink-socket.ts';
import type { NetlinkRequest } from '../host/netlink.ts';
import type { Nftables } from '../host/nftables.ts';
import { createVeth, setLinkForWire, setLinkUp, type VethEnd } from '../host/rtnetlink-link.ts';
import { baseRuleset } from './nft-text.ts';
import { ROOM_NSID } from './room-listener.ts';
import type { LinkChange, RoomLinks } from './room-links.ts';
import type { RoomNodes } from './room-nodes.ts';
import { longestFrameBytes, plantTree } from './room-tree.ts';
import { bothEnds, newWire, otherSide, type Wire, type WireEnd } from './room-wire.ts';
import type { RoomAbilities, WireSpec } from './room.ts';

export interface WiresContext {
  readonly socket: NetlinkSocket;
  readonly nft: Nftables;
  readonly nodes: RoomNodes;
  readonly links: RoomLinks;
  readonly abilities: RoomAbilities;
  /** the room's own network namespace */
  readonly roomNetnsFd: number;
  /** the netem that does nothing */
  readonly neutralNetem: Buffer;
  /** the trees of a wire were planted anew: what faults did to it is to be done again */
  readonly onPlanted: (wire: Wire) => void;
}

interface Place {
  readonly wire: Wire;
  readonly end: WireEnd;
}

/**
 * The wires of the room, and the one rule of carrier: a wire's end in the room is admin-up exactly when the *other*
 * node's interface exists and is admin-up, that node lives, and no fault takes this end's carrier. What carrier the
 * room's own ends have is never asked: two ends that mirror each other's carrier stay down for ever.
 */
export class RoomWires {
  readonly #context: WiresContext;
  readonly #byLink = new Map<string, Wire>();
  readonly #byDevice = new Map<string, Place>();
  /** by the index of the node's interface, which is unique in the lab */
  readonly #byNodeIndex = new Map<number, Place>();
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
    const wires = specs.map((spec) => this.#wireOf(spec));
    const missing = wires.flatMap((wire) => bothEnds(wire).filter((end) => !end.inPlace));
    this.#building = true;
    try {
      this.#context.socket.request(missing.map((end) => this.#pairRequest(end)));
      this.#prepare(missing);
      hearNews();
    } finally {
      this.#building = false;
    }
    this.settle(wires);
    return wires;
  }

  #wireOf(spec: WireSpec): Wire {
    const wire = this.#byLink.get(spec.link) ?? newWire(spec, this.#byLink.size + 1);
    this.#byLink.set(spec.link, wire);
    wire.spec = spec;
    for (const end of bothEnds(wire)) {
      end.spec = spec[end.side];
      end.nsid = this.#context.nodes.byName(end.spec.node)?.nsid ?? ROOM_NSID;
      this.#byDevice.set(end.device, { wire, end });
      this.#byNodeIndex.set(end.nodeIndex, { wire, end });
    }
    return wire;
  }

  #pairRequest(end: WireEnd): NetlinkRequest {
    const nodeEnd: VethEnd = {
      name: end.spec.interface,
      index: end.nodeIndex,
      netnsFd: end.spec.netnsFd,
      mtu: end.spec.mtu,
      mac: end.spec.mac,
    };
    return createVeth(nodeEnd, {
      name: end.device,
      index: end.deviceIndex,
      netnsFd: this.#context.roomNetnsFd,
      mtu: longestFrameBytes(end.spec.mtu) - 18,
      // given, so that it takes nothing from the kernel's random numbers; no node ever sees it
      mac: `06:ca:05:00:${end.deviceIndex.toString(16).padStart(4, '0').replace(/^(..)/, '$1:')}`,
    });
  }

  /** Chains and queueing trees of ends whose devices are new. Until an end is raised nothing passes. */
  #prepare(ends: readonly WireEnd[]): void {
    if (ends.length === 0) return;
    const { abilities, neutralNetem, nft, onPlanted, socket } = this.#context;
    for (const end of ends) turnOffIpv6(end.device);
    const names = new Set(ends.map((end) => end.device.slice(0, -1)));
    nft.run(baseRuleset([...names].map((name) => ({ name }))));
    const trees = ends.flatMap((end) => {
      const { rateBitPerSec, queueLimitPackets } = this.#wireAt(end).spec;
      const { mtu } = end.spec;
      const spec = { device: end.deviceIndex, rateBitPerSec, queueLimitPackets, mtu };
      return plantTree(spec, abilities, neutralNetem);
    });
    socket.request(trees);
    for (const end of ends) {
      end.inPlace = true;
      end.raised = false;
    }
    for (const wire of new Set(ends.map((end) => this.#wireAt(end)))) onPlanted(wire);
  }

  #wireAt(end: WireEnd): Wire {
    const known = this.#byDevice.get(end.device);
    if (known === undefined) throw new Error(`no wire has a device '${end.device}'`);
    return known.wire;
  }

  /** An interface of a node or of the room changed: do what follows from it. Returns the wire it belongs to. */
  linkChanged(nsid: number, change: LinkChange): Wire | undefined {
    const index = change.after?.index ?? change.before?.index ?? 0;
    return nsid === ROOM_NSID
      ? this.#deviceChanged(index, change)
      : this.#nodeEndChanged(nsid, index);
  }

  #nodeEndChanged(nsid: number, index: number): Wire | undefined {
    const place = this.#byNodeIndex.get(index);
    if (place?.end.nsid !== nsid) return undefined;
    if (!this.#building) this.settle([place.wire]);
    return place.wire;
  }

  /** A room end went away with its pair, or somebody (containerlab) made one. */
  #deviceChanged(index: number, change: LinkChange): Wire | undefined {
    const place = this.#byDevice.get(change.after?.name ?? change.before?.name ?? '');
    if (place === undefined) return undefined;
    const { end, wire } = place;
    if (change.after === undefined) {
      if (index !== end.deviceIndex) return undefined;
      end.inPlace = false;
      end.raised = false;
    } else if (change.before === undefined && !end.inPlace && !this.#building) {
      end.deviceIndex = index;
      const mtu = longestFrameBytes(end.spec.mtu) - 18;
      this.#context.socket.request([setLinkForWire(index, mtu, end.device)]);
      this.#prepare([end]);
      this.settle([wire]);
    }
    return wire;
  }

  /** Bring the admin state of these wires' room ends to what the rule of carrier says. */
  settle(wires: Iterable<Wire>): void {
    const changes: WireEnd[] = [];
    for (const wire of wires) {
      for (const end of bothEnds(wire)) {
        if (end.inPlace && end.raised !== this.#wanted(wire, end)) changes.push(end);
      }
    }
    if (changes.length === 0) return;
    try {
      const requests = changes.map((end) => setLinkUp(end.deviceIndex, !end.raised, end.device));
      for (const end of changes) end.raised = !end.raised;
      this.#context.socket.request(requests);
    } catch (error) {
      // gone in this moment: the event about it is on its way
      if (!(error instanceof NetlinkError) || error.code !== 'ENODEV') throw error;
    }
  }

  #wanted(wire: Wire, end: WireEnd): boolean {
    const other = wire.ends[otherSide(end.side)];
    return !end.carrierLost && this.#isUp(other);
  }

  #isUp(end: WireEnd): boolean {
    const { links, nodes } = this.#context;
    const alive = nodes.byName(end.spec.node)?.alive ?? false;
    return alive && (links.get(end.nsid, end.nodeIndex)?.adminUp ?? false);
  }

  /** A node died or came back. */
  nodeChanged(name: string): void {
    const touched = [...this].filter((wire) =>
      bothEnds(wire).some((end) => end.spec.node === name),
    );
    this.settle(touched);
  }

  /** The ends of these wires whose node should see carrier and does not yet. */
  withoutCarrier(wires: readonly Wire[]): readonly WireEnd[] {
    return wires.flatMap((wire) =>
      bothEnds(wire).filter(
        (end) =>
          this.#wanted(wire, end) &&
          this.#isUp(end) &&
          this.#context.links.get(end.nsid, end.nodeIndex)?.carrier !== true,
      ),
    );
  }
}

/** Room ends have no addresses and say nothing of themselves (router solicitations, MLD). */
function turnOffIpv6(device: string): void {
  try {
    writeFileSync(`/proc/sys/net/ipv6/conf/${device}/disable_ipv6`, '1');
  } catch (error) {
    // a kernel without IPv6
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
