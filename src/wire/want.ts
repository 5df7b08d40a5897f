/** One direction of one wire: frames that enter at one endpoint of a link and leave at the other. */
export type Direction = 'a>b' | 'b>a';

export function otherWay(direction: Direction): Direction {
  return direction === 'a>b' ? 'b>a' : 'a>b';
}

export interface WireDirection {
  readonly link: string;
  readonly direction: Direction;
}

/**
 * A class of frames. All members given must match. Which nft text that becomes: wire/selector.ts; facts: RFC numbers
 * and the table in docs. An empty selector is every frame.
 */
export interface FrameClass {
  readonly protocol?: ProtocolClass;
  readonly largerThanBytes?: number;
  readonly flow?: FlowClass;
  /** Ethernet source addresses, one of which it has */
  readonly sourceMacs?: readonly string[];
}

export const PROTOCOL_CLASSES = [
  'bpdu', 'vrrp', 'ospf', 'ospf-hello', 'bfd', 'bgp', 'arp', 'arp-request', 'arp-reply', 'garp',
  'igmp', 'mld', 'corosync', 'icmp', 'tcp', 'udp', 'ipv4', 'ipv6', 'broadcast', 'multicast',
] as const; // prettier-ignore
export type ProtocolClass = (typeof PROTOCOL_CLASSES)[number];

export interface FlowClass {
  readonly source?: string;
  readonly destination?: string;
  readonly ipProtocol?: 'tcp' | 'udp' | 'icmp';
  readonly sourcePort?: number;
  readonly destinationPort?: number;
}

/** Gilbert-Elliott, tc-netem(8) `loss gemodel p r 1-h 1-k`; all ratios 0..1. */
export interface GilbertElliott {
  readonly p: number;
  readonly r: number;
  /** loss probability in the bad state (1-h) */
  readonly lossBad: number;
  /** loss probability in the good state (1-k) */
  readonly lossGood: number;
}

/** netem's 4-state Markov loss, tc-netem(8) `loss state p13 p31 p32 p23 p14`; ratios. */
export interface FourState {
  readonly p13: number;
  readonly p31: number;
  readonly p32: number;
  readonly p23: number;
  readonly p14: number;
}

export type DelayDistribution = 'uniform' | 'normal' | 'pareto' | 'paretonormal';

/** What netem does to every frame of a class. Ratios 0..1, times ns. */
export interface Impairment {
  readonly delayNs?: number;
  readonly jitterNs?: number;
  readonly delayCorrelation?: number;
  readonly distribution?: DelayDistribution;
  readonly lossRatio?: number;
  readonly gemodel?: GilbertElliott;
  readonly fourState?: FourState;
  readonly duplicateRatio?: number;
  readonly corruptRatio?: number;
  readonly reorderRatio?: number;
  readonly reorderGap?: number;
  readonly rateBitPerSec?: number;
  readonly slotMinNs?: number;
  readonly slotMaxNs?: number;
  readonly limitPackets?: number;
}

/** What one active fault wants of one direction of one wire: a value; nothing is done by making it. */
export type WireWant = WireDirection & {
  /** `<step>` or `<step>#<index>`: who wants it; counters and doses carry it */
  readonly fault: string;
} & (
    | { readonly kind: 'cut' }
    /** carrier of the direction's *entering* endpoint is lost: that node sees NO-CARRIER */
    | { readonly kind: 'carrier' }
    | { readonly kind: 'drop'; readonly match: FrameClass; readonly ratio: number }
    | {
        readonly kind: 'impair';
        readonly match: FrameClass;
        readonly impairment: Impairment;
        /** its figures change while it is in force: what is asked depends on what is met when */
        readonly changes?: true;
      }
    | ({ readonly kind: 'send' } & SentFrames)
    /** what enters here is also delivered at the far end of `to`: with its mirror image a cable between two ports */
    | { readonly kind: 'join'; readonly to: WireDirection }
  );

/** Frames that the room itself puts on a wire, where the direction leaves: its rate, queue and delay hold for them. */
export interface SentFrames {
  /** sent in turn, from the Ethernet header on, without FCS */
  readonly frames: readonly CraftedFrame[];
  readonly perSecond: number;
  /** where a big-endian u32 that counts the frames is written; null: they are all alike */
  readonly countAt: number | null;
  /** stop when on some segment more of them pass than this for each that was sent; null: never (they are no storm) */
  readonly mostAmplified: number | null;
}

export interface CraftedFrame {
  readonly hex: string;
  /** as long as this, the rest zeros */
  readonly bytes: number;
}

/** Ethernet source addresses of storms begin with it: so their frames are counted, wherever they turn up. */
export const STORM_SOURCE = '02:ca:05';

/** What a fault's counters are expected to show; the room's dose reports carry the same `quantity`. */
export type AskedDose =
  /** every frame that enters while it is in force is dropped */
  | { readonly quantity: 'cut' }
  /** nothing to count: the read-back of the carrier is the proof */
  | { readonly quantity: 'carrier' }
  | {
      readonly quantity: 'loss';
      readonly ratio: number;
      /** how alike neighbouring frames fare: bursts in time, or a chain that steps with each frame */
      readonly dependence?: LossDependence;
    }
  | { readonly quantity: 'duplicate'; readonly ratio: number }
  /** of each frame, one way: the mean of what it adds */
  | { readonly quantity: 'delay'; readonly ns: number }
  /** the jitter that gives such a spread */
  | { readonly quantity: 'jitter'; readonly ns: number }
  /** at which frames leave that have to wait for each other */
  | { readonly quantity: 'rate'; readonly bitPerSec: number }
  /** frames sent a second, over the time that it was in force */
  | { readonly quantity: 'sent'; readonly perSecond: number }
  /** frames that were delivered at a second port: as many as entered at the first */
  | { readonly quantity: 'joined' }
  /** frames that met the netem stage, and those that it dropped; ratio null: it is not there to drop */
  | {
      readonly quantity: 'impair';
      readonly ratio: number | null;
      readonly dependence?: LossDependence;
    };

export type LossDependence =
  /** correlation time of the on/off process: length * (1 - mean) */
  | { readonly per: 'time'; readonly correlationNs: number }
  /** correlation of one frame's state with the next one's: 1 - p - r */
  | { readonly per: 'frame'; readonly correlation: number };
