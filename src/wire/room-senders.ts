import { attempt, lastErrno, libc } from '../host/libc.ts';
import { openPacketSender } from '../host/packet-sender.ts';
import type { SendRule } from './direction-state.ts';
import type { SteeredState } from './nft-text.ts';
import { SEND_FLAGS } from './room-beat.ts';
import type { RoomTraffic } from './room-traffic.ts';
import { leaving } from './room-wire.ts';
import type { RoomWires } from './room-wires.ts';
import type { DoseReport, RoomReport } from './room.ts';
import type { WireDirection } from './want.ts';

/** Frames faster than this go in groups: the thread is not woken more often. */
const GROUP_NS = 1e6;
/** A thread that was late by more does not make up for all of it. */
const MADE_UP_NS = 100e6;
/** how often a storm's amplification is looked at */
const LOOK_NS = 100e6;
/** the device went away or is down: the frame is offered to a wire that nobody hears */
const NOT_THERE = new Set([6 /* ENXIO */, 19 /* ENODEV */, 100 /* ENETDOWN */]);

interface Sender {
  readonly at: WireDirection;
  readonly rule: SendRule;
  readonly key: string;
  readonly frames: readonly Buffer[];
  readonly startNs: number;
  /** frames given to the wire, or refused by it */
  offered: number;
  /** stopped by its own limit */
  aborted: boolean;
}

/** What a fault has sent on a direction, over all edges of a flap. */
interface Account {
  readonly at: WireDirection;
  readonly fault: string;
  offered: number;
  taken: number;
}

export interface SendersContext {
  readonly wires: RoomWires;
  readonly traffic: RoomTraffic;
  readonly now: () => number;
  readonly report: (report: RoomReport) => void;
}

/**
 * Frames that faults put on wires, at absolute deadlines that count from the edge: so many a second, to the last one.
 * They are sent on the room's device where the direction leaves, through its queueing tree.
 */
export class RoomSenders {
  readonly #context: SendersContext;
  #senders: Sender[] = [];
  readonly #accounts = new Map<string, Account>();
  readonly #sockets = new Map<number, number>();
  /** when to act; Infinity: nothing is to be sent */
  dueNs: number = Infinity;
  #lookNs = Infinity;

  constructor(context: SendersContext) {
    this.#context = context;
  }

  /** Before its edge: what makes the first frame late otherwise. */
  warmUp(states: Iterable<{ readonly sends: readonly SendRule[] }>): void {
    for (const { sends } of states) {
      if (sends.some(({ mostAmplified }) => mostAmplified !== null))
        this.#context.traffic.prepare();
    }
  }

  /** Send what these states want, from an edge on; what they no longer want is sent up to it. */
  settle(states: ReadonlyMap<string, SteeredState>, edgeNs: number): void {
    const wanted = new Map<string, { readonly at: WireDirection; readonly rule: SendRule }>();
    for (const [key, state] of states) {
      const at = { link: state.link, direction: state.direction };
      for (const rule of state.sends) wanted.set(`${key} ${JSON.stringify(rule)}`, { at, rule });
    }
    if (wanted.size === 0 && this.#senders.length === 0) return;
    // what is due at the edge itself belongs to what comes after it
    for (const sender of this.#senders) if (!wanted.has(sender.key)) this.#send(sender, edgeNs - 1);
    this.#senders = this.#senders.filter(({ key }) => wanted.has(key));
    const nowNs = this.#context.now();
    // an edge that was given when its time was over begins now
    const startNs = nowNs - edgeNs > MADE_UP_NS ? nowNs : edgeNs;
    for (const [key, { at, rule }] of wanted) {
      if (this.#senders.some((sender) => sender.key === key)) continue;
      const frames = rule.frames.map(({ hex, bytes }) => paddedFrame(hex, bytes));
      this.#senders.push({ at, rule, key, frames, startNs, offered: 0, aborted: false });
    }
    if (!this.#senders.some(({ aborted }) => aborted)) this.#context.traffic.block(false);
    const watched = this.#storms();
    if (watched.length > 0 && this.#lookNs === Infinity) {
      this.#context.traffic.prepare();
      this.#context.traffic.mark();
      this.#lookNs = nowNs + LOOK_NS;
    } else if (watched.length === 0) this.#lookNs = Infinity;
    this.#plan();
  }

  act(nowNs: number): void {
    for (const sender of this.#senders) this.#send(sender, nowNs);
    if (this.#lookNs <= nowNs) this.#look(nowNs);
    this.#plan();
  }

  #plan(): void {
    const due = this.#senders.filter(({ aborted }) => !aborted).map((sender) => nextNs(sender));
    this.dueNs = Math.min(this.#lookNs, ...due);
  }

  /** Every frame whose time has come by `untilNs`. */
  #send(sender: Sender, untilNs: number): void {
    const { rule, frames, at, startNs } = sender;
    if (sender.aborted || untilNs < startNs) return;
    const intervalNs = 1e9 / rule.perSecond;
    const due = Math.floor((untilNs - startNs) / intervalNs) + 1;
    const account = this.#account(at, rule.fault);
    const fd = this.#socketOf(at);
    const skipped = Math.max(0, due - sender.offered - Math.ceil(MADE_UP_NS / intervalNs));
    sender.offered += skipped;
    for (; sender.offered < due; sender.offered++) {
      const frame = frames[sender.offered % frames.length];
      if (frame === undefined) return;
      if (rule.countAt !== null) frame.writeUInt32BE(sender.offered >>> 0, rule.countAt);
      account.offered++;
      if (rule.mostAmplified !== null) this.#context.traffic.sent++;
      if (attempt.send(fd, frame, frame.length, SEND_FLAGS) >= 0) account.taken++;
      else if (NOT_THERE.has(lastErrno())) this.#forget(at);
    }
  }

  #storms(): readonly Sender[] {
    return this.#senders.filter(({ rule, aborted }) => rule.mostAmplified !== null && !aborted);
  }

  /** A storm that multiplies beyond its limit is stopped, and its frames are taken out of every wire. */
  #look(nowNs: number): void {
    this.#lookNs = nowNs + LOOK_NS;
    const worst = this.#context.traffic.worst();
    for (const sender of this.#storms()) {
      const most = sender.rule.mostAmplified ?? Infinity;
      if (worst === null || worst.amplification <= most) continue;
      sender.aborted = true;
      this.#context.traffic.block(true);
      const { at, rule } = sender;
      this.#context.report({
        type: 'storm-aborted',
        tNs: nowNs,
        fault: rule.fault,
        ...at,
        segment: { link: worst.link, direction: worst.direction },
        amplification: worst.amplification,
        most,
      });
    }
    if (this.#storms().length === 0) this.#lookNs = Infinity;
  }

  #account(at: WireDirection, fault: string): Account {
    const key = `${at.link} ${at.direction} ${fault}`;
    let account = this.#accounts.get(key);
    if (account === undefined) {
      account = { at, fault, offered: 0, taken: 0 };
      this.#accounts.set(key, account);
    }
    return account;
  }

  /** What is sent here, as text; '' for nothing. */
  readBack({ link, direction }: WireDirection): string {
    return this.#senders
      .filter(({ at }) => at.link === link && at.direction === direction)
      .map(({ rule, frames }) => {
        const sizes = [...new Set(frames.map(({ length }) => length))].join(' and ');
        return `sends ${String(Number(rule.perSecond.toPrecision(4)))}/s of ${sizes} bytes`;
      })
      .join('; ');
  }

  /** What these faults have sent so far: `seen` was offered to the wire, `hit` was taken by it. */
  doses(wanted: (fault: string, at: WireDirection) => boolean): DoseReport[] {
    return [...this.#accounts.values()]
      .filter(({ fault, at }) => wanted(fault, at))
      .map(({ at, fault, offered, taken }) => ({
        type: 'dose',
        ...at,
        fault,
        quantity: 'sent',
        seen: offered,
        hit: taken,
      }));
  }

  #socketOf(at: WireDirection): number {
    const { deviceIndex } = leaving(this.#context.wires.get(at.link), at.direction);
    let fd = this.#sockets.get(deviceIndex);
    if (fd === undefined) {
      fd = openPacketSender(deviceIndex);
      this.#sockets.set(deviceIndex, fd);
    }
    return fd;
  }

  /** The next frame opens it again: the device may have been made anew. */
  #forget(at: WireDirection): void {
    const { deviceIndex } = leaving(this.#context.wires.get(at.link), at.direction);
    const fd = this.#sockets.get(deviceIndex);
    if (fd === undefined) return;
    libc.close(fd);
    this.#sockets.delete(deviceIndex);
  }

  close(): void {
    for (const fd of this.#sockets.values()) libc.close(fd);
  }
}

function paddedFrame(hex: string, bytes: number): Buffer {
  const frame = Buffer.alloc(Math.max(bytes, hex.length / 2));
  frame.write(hex, 'hex');
  return frame;
}

/** When the last one of the next group is due. */
function nextNs({ rule, startNs, offered }: Sender): number {
  const intervalNs = 1e9 / rule.perSecond;
  const group = Math.max(1, Math.floor(GROUP_NS / intervalNs));
  return startNs + (offered + group - 1) * intervalNs;
}
