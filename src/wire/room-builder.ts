import { writeFileSync } from 'node:fs';
import type { NetlinkSocket } from '../host/netlink-socket.ts';
import type { Nftables } from '../host/nftables.ts';
import type { NetlinkRequest } from '../host/netlink.ts';
import { createVeth, setLinkForWire, type VethEnd } from '../host/rtnetlink-link.ts';
import { baseRuleset } from './nft-text.ts';
import { takePairs } from './take-pairs.ts';
import { FRAME_OVERHEAD_BYTES, longestFrameBytes, plantTree } from './room-tree.ts';
import type { WireEnd, WirePlace } from './room-wire.ts';
import type { RoomAbilities } from './room.ts';

export interface BuilderContext {
  readonly socket: NetlinkSocket;
  readonly nft: Nftables;
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
    const ours = places.filter(({ end }) => end.spec.hostEnd === undefined);
    this.#context.socket.request(ours.map(({ end }) => this.#pairRequest(end)));
    const theirs = places.filter((place) => !ours.includes(place));
    takePairs(theirs, this.#context.roomNetnsFd);
    this.#context.socket.request(theirs.map(({ end }) => deviceRequest(end)));
    this.#prepare(places);
  }

  /** The same for a device that somebody else (containerlab) has made. */
  adopt(place: WirePlace): void {
    this.#context.socket.request([deviceRequest(place.end)]);
    this.#prepare([place]);
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
    const { abilities, neutralNetem, nft, socket } = this.#context;
    for (const { end } of places) turnOffIpv6(end.device);
    const wires = new Set(places.map(({ wire }) => wire));
    nft.run(baseRuleset([...wires]));
    const trees = places.map(({ wire, end }) => ({
      device: end.deviceIndex,
      rateBitPerSec: wire.spec.rateBitPerSec,
      queueLimitPackets: wire.spec.queueLimitPackets,
      mtu: end.spec.mtu,
    }));
    socket.request(trees.flatMap((tree) => plantTree(tree, abilities, neutralNetem)));
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
