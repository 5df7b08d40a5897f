import type { JitterPart } from './delay-table.ts';
import type {
  Direction, FourState, FrameClass, GilbertElliott, Impairment, SentFrames, WireDirection,
} from './want.ts'; // prettier-ignore

export interface DropRule {
  readonly fault: string;
  readonly match: FrameClass;
  /** 0 counts without dropping: the good phase of a burst schedule */
  readonly ratio: number;
  /** the ratio is another one from time to time: what it asks of the frames that it meets is added up */
  readonly changes?: true;
}

/** What one fault asks of netem, of frames of one class; it has its own counter. */
export interface ImpairRule {
  readonly fault: string;
  readonly match: FrameClass;
  readonly impairment: Impairment;
}

export type LossModel =
  | { readonly type: 'none' }
  | ({ readonly type: 'gemodel' } & GilbertElliott)
  | ({ readonly type: 'four-state' } & FourState);

/** All that one netem does; 0 means "not". */
export interface NetemStage {
  readonly delayNs: number;
  readonly jitters: readonly JitterPart[];
  readonly loss: LossModel;
  readonly corruptRatio: number;
  readonly reorderRatio: number;
  readonly reorderGap: number;
  readonly rateBitPerSec: number;
  readonly slotMinNs: number;
  readonly slotMaxNs: number;
}

/** Frames that a fault sends here. */
export interface SendRule extends SentFrames {
  readonly fault: string;
}

/** What enters here is also delivered at the far end of `to`. */
export interface JoinRule {
  readonly fault: string;
  readonly to: WireDirection;
}

export interface DirectionState {
  readonly link: string;
  readonly direction: Direction;
  /** faults that take the carrier of the entering endpoint */
  readonly carrier: readonly string[];
  readonly cut: readonly string[];
  readonly drops: readonly DropRule[];
  readonly duplicates: readonly DropRule[];
  readonly joins: readonly JoinRule[];
  readonly sends: readonly SendRule[];
  /** every fault that has a part in `whole` or in a class: to count what it met */
  readonly impairs: readonly ImpairRule[];
  /** the link itself: what is left of its rate and queue; 0: as the lab says */
  readonly rateBitPerSec: number;
  readonly limitPackets: number;
  /** for every frame */
  readonly whole: NetemStage;
  /** for frames of a class, on top of `whole`; sorted by key */
  readonly classes: readonly ClassState[];
}

export interface ClassState {
  /** the class as text: equal classes have equal keys */
  readonly key: string;
  readonly match: FrameClass;
  readonly impairments: readonly Impairment[];
}

export const NEUTRAL_STAGE: NetemStage = {
  delayNs: 0,
  jitters: [],
  loss: { type: 'none' },
  corruptRatio: 0,
  reorderRatio: 0,
  reorderGap: 0,
  rateBitPerSec: 0,
  slotMinNs: 0,
  slotMaxNs: 0,
};

/** `<link> <direction>`: how directions are named in maps of states. */
export function directionKey(at: { readonly link: string; readonly direction: Direction }): string {
  return `${at.link} ${at.direction}`;
}

/** A direction of which nobody wants anything. */
export function neutralState(link: string, direction: Direction): DirectionState {
  return {
    link,
    direction,
    carrier: [],
    cut: [],
    drops: [],
    duplicates: [],
    joins: [],
    sends: [],
    impairs: [],
    rateBitPerSec: 0,
    limitPackets: 0,
    whole: NEUTRAL_STAGE,
    classes: [],
  };
}
