import {
  TC_ROOT,
  addQdisc,
  classId,
  packetFifo,
  priorityBands,
  tokenBucket,
  type QdiscPlace,
} from '../host/qdisc.ts';
import type { NetlinkRequest } from '../host/netlink.ts';
import type { RoomAbilities } from './room.ts';

/**
 * The queueing tree on each room end, for the direction that leaves there (see docs/wire-room.md for the figures):
 *
 *   ca01: tbf, the link's rate. Every direction has one, so that no loop is endless
 *   └ ca10: netem, what faults do to every frame; neutral (no timer, no queue) most of the time
 *     └ ca05: prio, 16 bands: band 1 for all frames, the others for impaired classes
 *       └ ca20: pfifo in band 1, the link's queue: its drops are overflow and nothing else
 *
 * A token bucket lets a frame pass at once while it has tokens; netem with a rate makes a timer for each frame.
 */
export const TREE = { RATE: 0xca01, WHOLE: 0xca10, BANDS: 0xca05, QUEUE: 0xca20 } as const;

/** Room ends take frames of up to this size; a larger one in the bucket keeps more than the longest frame. */
export const ROOM_MTU = 9500;
/** Ethernet header and one VLAN tag */
export const FRAME_OVERHEAD_BYTES = 18;

export function longestFrameBytes(mtu: number): number {
  return Math.max(ROOM_MTU, mtu) + FRAME_OVERHEAD_BYTES;
}

/** Any frame passes, and the bucket lasts for the 1 ms that a timer may be late. */
export function burstBytes(rateBitPerSec: number, mtu: number): number {
  return Math.max(longestFrameBytes(mtu), Math.ceil(rateBitPerSec / 8 / 1000));
}

export interface TreeSpec {
  readonly device: number;
  readonly rateBitPerSec: number;
  readonly queueLimitPackets: number;
  readonly mtu: number;
}

function placeOf(device: number, handle: number, parent: number): QdiscPlace {
  return { device, handle: classId(handle, 0), parent };
}

export function ratePlace(device: number): QdiscPlace {
  return placeOf(device, TREE.RATE, TC_ROOT);
}

/** The netem for every frame. */
export function wholePlace(device: number): QdiscPlace {
  return placeOf(device, TREE.WHOLE, classId(TREE.RATE, 1));
}

export function bandsPlace(device: number): QdiscPlace {
  return placeOf(device, TREE.BANDS, classId(TREE.WHOLE, 1));
}

/** The netem of a band, 2..16. */
export function bandPlace(device: number, band: number): QdiscPlace {
  return placeOf(device, TREE.QUEUE + band, classId(TREE.BANDS, band));
}

/** The link's queue, in band 1 or (without netem) right below the rate. */
export function queuePlace(device: number, abilities: RoomAbilities): QdiscPlace {
  const parent = abilities.bands
    ? classId(TREE.BANDS, 1)
    : abilities.netem
      ? classId(TREE.WHOLE, 1)
      : classId(TREE.RATE, 1);
  return placeOf(device, TREE.QUEUE, parent);
}

/** Everything that stands on a room end before it is raised. `neutral` is the netem that does nothing. */
export function plantTree(
  spec: TreeSpec,
  abilities: RoomAbilities,
  neutral: Buffer,
): NetlinkRequest[] {
  const { device } = spec;
  return [
    addQdisc(
      ratePlace(device),
      tokenBucket({
        rateBitPerSec: spec.rateBitPerSec,
        burstBytes: burstBytes(spec.rateBitPerSec, spec.mtu),
      }),
    ),
    ...(abilities.netem ? [addQdisc(wholePlace(device), { kind: 'netem', options: neutral })] : []),
    ...(abilities.bands ? [addQdisc(bandsPlace(device), priorityBands(16))] : []),
    addQdisc(queuePlace(device, abilities), packetFifo(spec.queueLimitPackets)),
  ];
}
