import type { NetlinkSocket } from '../host/netlink-socket.ts';
import { decodeQdisc, getQdisc, type QdiscPlace } from '../host/qdisc.ts';
import { bandOfMark } from './steering.ts';

/** Where the stages of a tree stand. */
export interface StagePlaces {
  readonly whole: QdiscPlace;
  /** what the stage for all frames leads to */
  readonly below: QdiscPlace;
  readonly bands: readonly (readonly [band: number, place: QdiscPlace])[];
}

/** Drops so far; `bands` by the mark that steers to them. */
export interface StageDrops {
  readonly whole: number;
  readonly bands: ReadonlyMap<number, number>;
}

/** The other way round than bandOfMark. */
function markOfBand(band: number): number {
  return band - bandOfMark(0);
}

export function readStageDrops(
  socket: NetlinkSocket,
  { whole, below, bands }: StagePlaces,
): StageDrops {
  const places = [whole, below, ...bands.map(([, place]) => place)];
  const [all = 0, inner = 0, ...own] = socket.get(
    places.map(getQdisc),
    (message) => decodeQdisc(message).drops,
  );
  return {
    whole: all - inner,
    bands: new Map(bands.map(([band], k) => [markOfBand(band), own[k] ?? 0])),
  };
}
