import { writeFileSync } from 'node:fs';
import type { NetlinkRequest } from '../host/netlink.ts';
import { createVeth, setLinkForWire, type VethEnd } from '../host/rtnetlink-link.ts';
import { nodeRuleset } from './nft-node-text.ts';
import { baseRuleset } from './nft-text.ts';
import { byStation, type Station } from './room-station.ts';
import { linkOf, takePairs } from './take-pairs.ts';
import { FRAME_OVERHEAD_BYTES, longestFrameBytes, plantTree } from './room-tree.ts';
import { isDirect, type WireEnd, type WirePlace } from './room-wire.ts';
import type { RoomAbilities } from './room.ts';

export interface BuilderContext {
  readonly room: Station;
  readonly abilities: RoomAbilities;
  /** the room's own network namespace */
  readonly roomNetnsFd: number;
  /** the netem that does nothing */
  readonly neutralNetem: Buffer;
}

/** Makes what a wire is made of. Until its ends are raised nothing passes. */
export class RoomBuilder {
  readonly #context: BuilderContext;

  constructor(context: BuilderContext) {
    this.#context = context;
  }

  /** The veth pairs, then chains and queueing trees. */
  build(places: readonly WirePlace[]): void {
    const { room, roomNetnsFd } = this.#context;
    this.#join(places.filter(({ wire }) => isDirect(wire)));
    const through = places.filter(({ wire }) => !isDirect(wire));
    const ours = through.filter(({ end }) => end.spec.hostEnd === undefined);
    room.socket.request(ours.map(({ end }) => this.#pairRequest(end)));
    const theirs = through.filter((place) => !ours.includes(place));
    takePairs(theirs, roomNetnsFd);
    room.socket.request(theirs.map(({ end }) => deviceRequest(end)));
    this.#prepare(through);
  }

  /** The same for a device that somebody else (containerlab) has made. */
  adopt(place: WirePlace): void {
    this.#context.room.socket.request([deviceRequest(place.end)]);
    this.#prepare([place]);
  }

  /** Interfaces that are joined already: their nodes get the rules that faults are hung on, and nothing else. */
  #join(places: readonly WirePlace[]): void {
    for (const [station, own] of byStation(places, ({ end }) => end.station)) {
      for (const { end } of own) {
        const { index, queueLength } = linkOf(station.socket, end.spec.interface, end.spec.node);
        end.nodeIndex = index;
        end.deviceIndex = index;
        end.queueLength = queueLength;
      }
      const ends = own.map(({ end }) => ({ name: end.device, interface: end.spec.interface }));
      station.nft.run(nodeRuleset(ends));
      for (const { end } of own) end.inPlace = true;
    }
  }

  #pairRequest(end: WireEnd): NetlinkRequest {
    const { spec, device, deviceIndex, nodeIndex } = end;
    const nodeEnd: VethEnd = {
      name: spec.interface,
      index: nodeIndex,
      netnsFd: spec.netnsFd,
      mtu: spec.mtu,
      mac: spec.mac,
    };
    return createVeth(nodeEnd, {
      name: device,
      index: deviceIndex,
      netnsFd: this.#context.roomNetnsFd,
      mtu: mtuOf(spec.mtu),
      mac: roomMac(deviceIndex),
    });
  }

  #prepare(places: readonly WirePlace[]): void {
    if (places.length === 0) return;
    const { abilities, neutralNetem, room } = this.#context;
    for (const { end } of places) turnOffIpv6(end.device);
    const wires = new Set(places.map(({ wire }) => wire));
    room.nft.run(baseRuleset([...wires]));
    const trees = places.map(({ wire, end }) => ({
      device: end.deviceIndex,
      rateBitPerSec: wire.spec.rateBitPerSec,
      queueLimitPackets: wire.spec.queueLimitPackets,
      mtu: end.spec.mtu,
    }));
    room.socket.request(trees.flatMap((tree) => plantTree(tree, abilities, neutralNetem)));
    for (const { end } of places) {
      end.inPlace = true;
      end.raised = false;
    }
  }
}

function deviceRequest({ deviceIndex, device, spec }: WireEnd): NetlinkRequest {
  return setLinkForWire(deviceIndex, mtuOf(spec.mtu), device);
}

/** A room end takes whatever its node may send. */
function mtuOf(nodeMtu: number): number {
  return longestFrameBytes(nodeMtu) - FRAME_OVERHEAD_BYTES;
}

/** Given, so that it takes nothing from the kernel's random numbers. No node ever sees it. */
function roomMac(deviceIndex: number): string {
  const digits = deviceIndex.toString(16).padStart(6, '0');
  return `06:ca:05:${digits.replaceAll(/(..)(?=.)/g, '$1:')}`;
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
