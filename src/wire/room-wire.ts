import type { Direction } from './want.ts';
import type { Station } from './room-station.ts';
import type { WireEndSpec, WireSpec } from './room.ts';

export type Side = 'a' | 'b';

/** Interface indexes of wires start here: what nodes make themselves counts from 1. */
const FIRST_INDEX = 1000;

/**
 * One end of a wire: the veth pair `node:interface = w1a`. Both ends have indexes that are unique in the lab: where
 * the ends of a veth pair have the same one, carrier events come 0.7 s late. Of a direct wire, which joins two nodes
 * without passing through the room: the node's interface itself.
 */
export interface WireEnd {
  readonly side: Side;
  /** the room's device: 'w1a'; of a direct wire only a name, of chains and counters */
  readonly device: string;
  /** where in its station: changes only when somebody else makes the device anew */
  deviceIndex: number;
  /** of a direct wire: the interface's own, which the kernel changes when a queueing tree is planted there */
  queueLength: number;
  /** where what enters here is acted on */
  readonly station: Station;
  /** ours, unless somebody else made the pair: then it is unique in the node only */
  nodeIndex: number;
  spec: WireEndSpec;
  nsid: number;
  /** the pair exists and its chains and qdiscs stand */
  inPlace: boolean;
  /** the room's device is admin-up */
  raised: boolean;
  /** faults that take this end's carrier */
  carrierLost: boolean;
}

export interface Wire {
  readonly link: string;
  /** 'w1' */
  readonly name: string;
  spec: WireSpec;
  readonly ends: Readonly<Record<Side, WireEnd>>;
}

/** An end with the wire that it is of. */
export interface WirePlace {
  readonly wire: Wire;
  readonly end: WireEnd;
}

export function newWire(
  spec: WireSpec,
  number: number,
  stationOf: (end: WireEndSpec) => Station,
): Wire {
  const name = `w${String(number)}`;
  const first = FIRST_INDEX + 4 * (number - 1);
  const end = (side: Side, deviceIndex: number, nodeIndex: number): WireEnd => ({
    side,
    device: name + side,
    deviceIndex,
    nodeIndex,
    queueLength: 0,
    station: stationOf(spec[side]),
    spec: spec[side],
    nsid: -1,
    inPlace: false,
    raised: false,
    carrierLost: false,
  });
  return {
    link: spec.link,
    name,
    spec,
    ends: { a: end('a', first + 1, first), b: end('b', first + 2, first + 3) },
  };
}

export function otherSide(side: Side): Side {
  return side === 'a' ? 'b' : 'a';
}

/** The end where frames of a direction come in; they leave at the other. */
export function entering(wire: Wire, direction: Direction): WireEnd {
  return direction === 'a>b' ? wire.ends.a : wire.ends.b;
}

export function leaving(wire: Wire, direction: Direction): WireEnd {
  return direction === 'a>b' ? wire.ends.b : wire.ends.a;
}

/** The end on whose device the queueing tree of a direction stands: what leaves there waits in it. */
export function queueing(wire: Wire, direction: Direction): WireEnd {
  return isDirect(wire) ? entering(wire, direction) : leaving(wire, direction);
}

/** It joins two nodes without passing through the room. */
export function isDirect({ spec }: Wire): boolean {
  return spec.isDirect === true;
}

export function bothEnds(wire: Wire): readonly WireEnd[] {
  return [wire.ends.a, wire.ends.b];
}
