import type { AskedDose, Direction, WireDirection, WireWant } from './want.ts';

/**
 * The wire room, as the engine's main thread sees it. One worker lives in the room's network namespace and does
 * everything that is bound to time: deadlines, the applier, the rtnetlink listener, the capture, probe packets.
 * All times here are *lab ns*: integer nanoseconds on CLOCK_MONOTONIC since the engine's origin (`originNs`).
 */
export interface Room {
  /** When it has started: what the kernel that it runs on can do. What is asked of it before waits until then. */
  readonly started: Promise<RoomAbilities>;
  /** lab ns now */
  now(): number;
  /** give the namespace an nsid and report its links, addresses and bridge ports from now on (starting with a dump) */
  watchNode(node: string, netnsFd: number): Promise<void>;
  /** make both veth pairs of every wire, chains and qdiscs first, then raise the ends; resolves when all are up */
  addWires(wires: readonly WireSpec[]): Promise<void>;
  /** a node's death takes its wires down (an open fd keeps a dead node's carrier up otherwise), its return raises them */
  setNodeAlive(node: string, alive: boolean): void;
  /** at `atNs` (or at once when past), bring the room to `wants`: the whole desired state, not a change */
  schedule(edge: RoomEdge): void;
  /**
   * Forget edges that are not yet due and take these, in order of time; those with a key that has been applied are left
   * out. What of the others is due already is applied at once, with the wants of the latest of all these that is due.
   */
  replaceEdges(edges: readonly RoomEdge[]): void;
  /** do now what takes long before an edge with these wants (tables of delay distributions) */
  warmUp(wants: readonly WireWant[]): void;
  /** probe packets at a fixed rate from absolute deadlines */
  startBeat(beat: BeatSpec): void;
  /** what is given to the kernel is still sent; its last report says that it is */
  stopBeat(id: string): void;
  /** reports of type 'traffic' every so often, at multiples of it */
  watchTraffic(everyNs: number): void;
  /** counters of the faults in force now, one report of type 'dose' per fault and direction */
  readDoses(): Promise<void>;
  onReport(listener: (reports: readonly RoomReport[]) => void): void;
  close(): Promise<void>;
}

/** Found by trying, at the start of the room. */
export interface RoomAbilities {
  /** sch_netem: delay, jitter, burst loss, corruption, reordering, slots */
  readonly netem: boolean;
  /** sch_prio: impairments of a class of frames (with netem) */
  readonly bands: boolean;
}

export interface RoomOptions {
  /**
   * Give probe packets to the kernel ahead of their time (io_uring), where the kernel can do that: for one whose system
   * calls are dear and whose clock keeps it to the microsecond, which is the embedded one. Otherwise each is sent by the
   * room when its time has come.
   */
  readonly sendAhead: boolean;
}

export interface WireSpec {
  readonly link: string;
  readonly rateBitPerSec: number;
  readonly queueLimitPackets: number;
  /**
   * The two interfaces are there already, and joined: the room makes nothing. What is asked of a direction is done in
   * the node that it leaves, in a table of its own and, while a fault needs it, a queueing tree of its own.
   */
  readonly isDirect?: true;
  readonly a: WireEndSpec;
  readonly b: WireEndSpec;
}

export interface WireEndSpec {
  readonly node: string;
  readonly interface: string;
  readonly mac: string;
  readonly mtu: number;
  /** the node's network namespace */
  readonly netnsFd: number;
  /** somebody else (containerlab) made the pair, and this is its other end: the room takes it as its own */
  readonly hostEnd?: HostEnd;
}

export interface HostEnd {
  /** the network namespace where it is */
  readonly netnsFd: number;
  readonly device: string;
}

export interface RoomEdge {
  readonly id: string;
  /** edges with one key are one edge, whatever they want: only one of them is applied; default: the id */
  readonly key?: string;
  readonly atNs: number;
  readonly wants: readonly WireWant[];
}

/** A stream of packets from one socket of a node to another; the worker does no protocol. */
export interface BeatSpec {
  readonly id: string;
  /** connected, non-blocking; the packet is sent with send(2) */
  readonly sendFd: number;
  /** non-blocking, SO_TIMESTAMPNS set; may be the same fd */
  readonly receiveFd: number;
  readonly firstAtNs: number;
  readonly intervalNs: number;
  /** the packet; a big-endian u32 sequence number is written at `sendOffset` before each send */
  readonly packet: Uint8Array;
  readonly sendOffset: number;
  /** where the sequence number is in what `receiveFd` gives */
  readonly receiveOffset: number;
  /** how often received packets are taken out of the socket (kernel time stamps make this harmless) */
  readonly drainEveryNs: number;
}

export type RoomReport =
  | {
      readonly type: 'edge';
      readonly id: string;
      readonly scheduledNs: number;
      readonly fromNs: number;
      readonly toNs: number;
      readonly inForce: readonly {
        readonly link: string;
        readonly direction: Direction;
        readonly readBack: string;
      }[];
    }
  | DoseReport
  | {
      readonly type: 'frame';
      readonly tNs: number;
      readonly link: string;
      readonly direction: Direction;
      readonly stage: 'in' | 'out';
      /** from the Ethernet header on, at most 256 bytes */
      readonly bytes: Uint8Array;
    }
  | {
      readonly type: 'link';
      readonly tNs: number;
      readonly node: string;
      readonly interface: string;
      readonly ifindex: number;
      readonly gone: boolean;
      readonly adminUp: boolean;
      readonly carrier: boolean;
      readonly mac: string;
      /** name of the bridge that it is a port of */
      readonly bridge: string | null;
      /** IFLA_BRPORT_STATE: 0 disabled 1 listening 2 learning 3 forwarding 4 blocking; null: not a bridge port */
      readonly portState: number | null;
    }
  | {
      readonly type: 'address';
      readonly tNs: number;
      readonly node: string;
      readonly interface: string;
      /** '10.0.0.1/24' */
      readonly address: string;
      readonly present: boolean;
    }
  | {
      readonly type: 'beats';
      readonly id: string;
      /** packets sent since the last report: sequence numbers are consecutive from `firstSequence` */
      readonly firstSequence: number;
      readonly sentNs: Float64Array;
      /** send(2) failed for these sequence numbers (errno): the packet never left the node */
      readonly sendErrors: readonly { readonly sequence: number; readonly errno: number }[];
      readonly receivedSequence: Uint32Array;
      readonly receivedNs: Float64Array;
      /** everything sent before this moment and received before it has been reported */
      readonly completeToNs: number;
      /** the largest lateness of a send against its deadline in this batch */
      readonly maxLateNs: number;
      /** it was stopped, and this is the end of it: its sockets are no longer used */
      readonly isLast: boolean;
    }
  | {
      readonly type: 'traffic';
      readonly tNs: number;
      /** every direction of every wire; counters only grow */
      readonly segments: readonly SegmentTraffic[];
    }
  /** a storm that multiplied beyond its limit was stopped, and its frames were taken out of every wire */
  | (WireDirection & {
      readonly type: 'storm-aborted';
      readonly tNs: number;
      readonly fault: string;
      /** where its frames passed most often: so often for each that was sent */
      readonly segment: WireDirection;
      readonly amplification: number;
      readonly most: number;
    })
  | {
      readonly type: 'gap';
      readonly source: 'capture' | 'netlink';
      readonly lost: number;
      readonly sinceNs: number;
      readonly tNs: number;
    }
  | { readonly type: 'error'; readonly message: string };

export interface SegmentTraffic extends WireDirection {
  /** that entered here, before any fault */
  readonly frames: number;
  /** of them those that a storm fault has made, wherever it put them */
  readonly stormFrames: number;
  /** of them, for each that was sent since the storms that are (or were last) in force began; 0 before any */
  readonly amplification: number;
  /** that the queue at the end of this direction had no room for */
  readonly overflowed: number;
  /** in that queue now */
  readonly waiting: number;
}

export interface DoseReport {
  readonly type: 'dose';
  /** the `fault` of the want */
  readonly fault: string;
  readonly link: string;
  readonly direction: Direction;
  readonly quantity: AskedDose['quantity'];
  readonly seen: number;
  readonly hit: number;
  /** of a fault that changes while it is in force: what it asked of these very frames */
  readonly asked?: number;
  /** read from the times of frames (`seen` were watched, `hit` of them say something); null: none says anything */
  readonly measured?: number | null;
  readonly interval?: readonly [low: number, high: number];
}
