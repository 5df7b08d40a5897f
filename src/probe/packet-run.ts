import type { Watch, WatchContext } from '../observe/observer-run.ts';
import { PacketLedger, type LedgerSink } from './packet-ledger.ts';
import type { ProbeOk } from './probe-run.ts';
import type { PacketProbeParams } from './traffic.ts';

/** The packets and sockets of a probe; the room's worker sends and receives, it knows no protocol. */
export interface PacketStream {
  readonly sendFd: number;
  readonly receiveFd: number;
  readonly packet: Uint8Array;
  /** where the sequence number is in what is sent, and in what the receiving socket gives */
  readonly sendOffset: number;
  readonly receiveOffset: number;
  /** 'rtt' or 'delay' */
  readonly delayName: string;
}

const NS_PER_S = 1_000_000_000;
/** Time stamps are the kernel's, so a late drain costs nothing but that signals are known later. */
const DRAIN_EVERY_NS = 500_000_000;
const FIRST_AFTER_NS = 50_000_000;

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
  const intervalNs = Math.round(NS_PER_S / params.rate);
  room.startBeat({
    id,
    sendFd: stream.sendFd,
    receiveFd: stream.receiveFd,
    // probes of one rate would all send at one instant: each has its own place in the interval
    firstAtNs: room.now() + FIRST_AFTER_NS + (hash(id) % intervalNs),
    intervalNs,
    packet: stream.packet,
    sendOffset: stream.sendOffset,
    receiveOffset: stream.receiveOffset,
    drainEveryNs: DRAIN_EVERY_NS,
  });
  let stopped = false;
  return {
    onReport(report) {
      if (report.type === 'beats' && report.id === id && !stopped) ledger.add(report);
    },
    /** The sockets stay open: the worker may be in the middle of a send, and they end with the engine. */
    stop() {
      stopped = true;
      room.stopBeat(id);
      ledger.finish(room.now());
      return Promise.resolve();
    },
  };
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
