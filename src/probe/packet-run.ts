import type { StartedNode } from '../lab/lab.ts';
import type { Watch, WatchContext } from '../observe/observer-run.ts';
import type { BeatSpec } from '../wire/room.ts';
import { PacketLedger, type LedgerSink } from './packet-ledger.ts';
import type { ProbeOk } from './probe-run.ts';
import type { NodeSocket } from './socket-run.ts';
import type { PacketProbeParams } from './traffic.ts';
import { NS_PER_S } from './traffic.ts';

/** The packets and sockets of a probe; the room's worker sends and receives, it knows no protocol. */
export interface PacketStream {
  /** the node that sends */
  readonly from: StartedNode;
  readonly sender: NodeSocket;
  /** give `sender` its destination; false while there is no route to it */
  readonly connect: () => boolean;
  /** may be the same */
  readonly receiver: NodeSocket;
  readonly packet: Uint8Array;
  /** where the sequence number is in what is sent, and in what the receiving socket gives */
  readonly sendOffset: number;
  readonly receiveOffset: number;
  /** 'rtt' or 'delay' */
  readonly delayName: string;
}

/** Time stamps are the kernel's, so a late drain costs nothing but that signals are known later. */
const DRAIN_EVERY_NS = 500_000_000;
const FIRST_AFTER_NS = 50_000_000;
/** how often a node that has started again is asked for a route */
const RECONNECT_EVERY_NS = 50_000_000;
const FINAL_REPORT_MS = 2_000;

export function startPackets(
  params: PacketProbeParams,
  ok: ProbeOk,
  context: WatchContext,
  stream: PacketStream,
): Watch {
  const { id, room } = context;
  const ledger = new PacketLedger(
    { timeoutNs: params.timeout, lossBelow: ok.lossBelow, windowNs: ok.windowNs },
    sinkOf(context, stream.delayName),
  );
  const beat: { begun: boolean; stopped: boolean } = { begun: false, stopped: false };
  const begin = (): void => {
    if (beat.begun || beat.stopped || !stream.connect()) return;
    beat.begun = true;
    room.startBeat(beatOf(params, stream, id, room.now()));
  };
  begin();
  // nothing is known of a probe that has no route yet
  if (!beat.begun) context.every(NS_PER_S, begin);
  const stopFollowing = followNode(stream, context);
  const ending = new Ending(FINAL_REPORT_MS);
  return {
    onReport(report) {
      if (report.type !== 'beats' || report.id !== id) return;
      ledger.add(report);
      if (report.isLast) ending.reached();
    },
    async stop() {
      beat.stopped = true;
      const nowNs = room.now();
      room.stopBeat(id);
      if (beat.begun) await ending.wait();
      ledger.finish(nowNs);
      stopFollowing?.();
      for (const socket of new Set([stream.sender, stream.receiver])) socket.close();
    },
  };
}

/** A node that starts again in another namespace has new sockets, which know no destination; routes take their time. */
function followNode(
  { from, connect }: PacketStream,
  context: WatchContext,
): (() => void) | undefined {
  let isConnected = true;
  let isWatched = false;
  const stop = from.onNetnsReplaced?.(() => {
    isConnected = false;
    if (isWatched) return;
    isWatched = true;
    context.every(RECONNECT_EVERY_NS, () => {
      isConnected ||= connect();
    });
  });
  return () => {
    isConnected = true;
    stop?.();
  };
}

function beatOf(
  params: PacketProbeParams,
  stream: PacketStream,
  id: string,
  nowNs: number,
): BeatSpec {
  const { sender, receiver, packet, sendOffset, receiveOffset } = stream;
  const intervalNs = Math.round(NS_PER_S / params.rate);
  return {
    id,
    sendFd: sender.fd,
    receiveFd: receiver.fd,
    // all probes of one rate send at one instant, on the grid of whole seconds: the worker wakes once for all of them
    // (in the embedded kernel a wake-up costs more than a packet)
    firstAtNs: Math.ceil((nowNs + FIRST_AFTER_NS) / NS_PER_S) * NS_PER_S,
    intervalNs,
    packet,
    sendOffset,
    receiveOffset,
    drainEveryNs: DRAIN_EVERY_NS,
  };
}

/**
 * A stopped stream is reported once more, up to the end; after that the worker has no use for its sockets. A worker
 * that does not answer is no reason to hang: its own failure ends the run.
 */
class Ending {
  readonly #patienceMs: number;
  #resolve: () => void = () => undefined;
  readonly #reached: Promise<void>;

  constructor(patienceMs: number) {
    this.#patienceMs = patienceMs;
    this.#reached = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  reached(): void {
    this.#resolve();
  }

  async wait(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.#patienceMs);
    });
    await Promise.race([this.#reached, patience]);
    clearTimeout(timer);
  }
}

function sinkOf(context: WatchContext, delayName: string): LedgerSink {
  const { id, set } = context;
  return {
    ok(value, sentNs, knownNs) {
      set(`${id}.ok`, value, knownNs, sentNs);
    },
    answered(value, sentNs, knownNs) {
      set(`${id}.answered`, value, knownNs, sentNs);
    },
    decided(second, knownNs) {
      const loss = second.sent === 0 ? null : (second.sent - second.received) / second.sent;
      set(`${id}.loss`, loss, knownNs, second.endNs);
      set(`${id}.${delayName}`, second.delayMeanNs, knownNs, second.endNs);
      set(`${id}.${delayName}-max`, second.delayMaxNs, knownNs, second.endNs);
    },
    closed(second, knownNs) {
      const { startNs, sent, received, late, delayMinNs, delayMeanNs, delayMaxNs } = second;
      const counts = { since: startNs, sent, received, late };
      const delays = { delayMinNs, delayMeanNs, delayMaxNs };
      context.emit(knownNs, { type: 'probe', probe: id, ...counts, ...delays });
    },
  };
}

/** FNV-1a, 32 bits: the same name gives the same number, in every run. */
export function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const byte of Buffer.from(text)) value = Math.imul(value ^ byte, 0x01000193) >>> 0;
  return value;
}
