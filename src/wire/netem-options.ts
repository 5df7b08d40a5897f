import { NETEM_LOSS, TCA_NETEM } from '../host/netem-read.ts';
import { U32_MAX, attribute } from '../host/netlink.ts';
import { delayTable } from './delay-table.ts';
import type { DelayTable, JitterPart } from './delay-table.ts';
import type { LossModel, NetemStage } from './direction-state.ts';

/**
 * TCA_OPTIONS of netem (linux/pkt_sched.h, sch_netem.c `netem_change`), little-endian hosts. A change is not "set":
 * correlation, reorder, corrupt, rate, slot, ecn and the distribution stay when they are not given, while delay,
 * jitter, loss, duplicate, gap and limit are reset. So every attribute is always sent.
 */

/**
 * A rate that no lab link reaches, given with every delay: with a rate netem keeps the order of frames, so that
 * neither jitter nor a shorter delay lets a frame overtake another (measured: 200 changes of 20 ms to 0 and back
 * without it reorder 1914 of 10,400 frames, with it none).
 */
export const HITLESS_RATE_BIT_PER_SEC = 10e9;

/** Frames that an impairment holds at most; never lowered (what is queued above a lower limit is lost). */
export const STAGE_LIMIT_PACKETS = 100_000;

export interface NetemStageOptions {
  readonly limitPackets?: number;
  /** order is kept although nothing is delayed: while frames of an earlier, longer delay wait */
  readonly keepOrder?: boolean;
  /** seeds the stage's random numbers (kernel 6.6 or newer, ignored by older ones); give it when the stage is made */
  readonly seed?: bigint;
}

/** The payload of TCA_OPTIONS that makes a netem do exactly `stage`. */
export function netemOptions(stage: NetemStage, options: NetemStageOptions = {}): Buffer {
  const { limitPackets = STAGE_LIMIT_PACKETS, keepOrder = false, seed } = options;
  const jitter = jitterTable(stage.jitters);
  const ordered = keepOrder || stage.delayNs > 0 || jitter.jitterNs > 0;
  const rate =
    stage.rateBitPerSec > 0 ? stage.rateBitPerSec : ordered ? HITLESS_RATE_BIT_PER_SEC : 0;
  return Buffer.concat([
    // the 64-bit attributes carry delay and jitter; here in ticks of 64 ns for kernels that lack them
    words([
      ticks(stage.delayNs),
      limitPackets,
      0, // loss: the plain ratio is a rule of nftables
      stage.reorderRatio > 0 ? stage.reorderGap : 0,
      0, // duplicate: nftables again; netem's copies would start over at the root
      ticks(jitter.jitterNs),
    ]),
    attribute(TCA_NETEM.CORR, words([0, 0, 0])),
    attribute(TCA_NETEM.REORDER, words([share(stage.reorderRatio), 0])),
    attribute(TCA_NETEM.CORRUPT, words([share(stage.corruptRatio), 0])),
    ...lossAttributes(stage.loss),
    ...rateAttributes(rate),
    attribute(TCA_NETEM.ECN, words([0])),
    attribute(TCA_NETEM.LATENCY64, long(stage.delayNs)),
    attribute(TCA_NETEM.JITTER64, long(jitter.jitterNs)),
    attribute(TCA_NETEM.SLOT, slot(stage.slotMinNs, stage.slotMaxNs)),
    ...(seed === undefined ? [] : [attribute(TCA_NETEM.PRNG_SEED, unsignedLong(seed))]),
    // without jitter the table is not looked at
    ...(jitter.jitterNs === 0 ? [] : [attribute(TCA_NETEM.DELAY_DIST, bytesOf(jitter.table))]),
  ]);
}

const tables = new Map<string, DelayTable>();

/** Tables take up to 50 ms to make (a convolution): each is made once. */
export function jitterTable(jitters: readonly JitterPart[]): DelayTable {
  const key = JSON.stringify(jitters);
  let table = tables.get(key);
  if (table === undefined) {
    table = delayTable(jitters);
    tables.set(key, table);
  }
  return table;
}

function lossAttributes(loss: LossModel): readonly Buffer[] {
  switch (loss.type) {
    case 'none':
      // no attribute: this is how a model is taken away
      return [];
    case 'gemodel': {
      const model = [loss.p, loss.r, 1 - loss.lossBad, loss.lossGood].map(share);
      return [attribute(TCA_NETEM.LOSS, attribute(NETEM_LOSS.GEMODEL, words(model)))];
    }
    case 'four-state': {
      // struct tc_netem_gimodel has p14 before p23
      const model = [loss.p13, loss.p31, loss.p32, loss.p14, loss.p23].map(share);
      return [attribute(TCA_NETEM.LOSS, attribute(NETEM_LOSS.FOUR_STATE, words(model)))];
    }
    default:
      return loss satisfies never;
  }
}

/** netem counts bytes per second, and takes the larger of the two attributes. */
function rateAttributes(bitPerSec: number): readonly Buffer[] {
  const bytes = bitPerSec === 0 ? 0 : Math.max(1, Math.round(bitPerSec / 8));
  return [
    attribute(TCA_NETEM.RATE, words([Math.min(bytes, U32_MAX), 0, 0, 0])),
    attribute(TCA_NETEM.RATE64, long(bytes)),
  ];
}

/** struct tc_netem_slot: min_delay, max_delay, max_packets, max_bytes, dist_delay, dist_jitter */
function slot(minNs: number, maxNs: number): Buffer {
  return Buffer.concat([long(minNs), long(maxNs), words([0, 0]), long(0), long(0)]);
}

/** A ratio as netem has it: 2^32 - 1 is always. */
function share(ratio: number): number {
  return Math.max(0, Math.min(U32_MAX, Math.round(ratio * U32_MAX)));
}

function ticks(ns: number): number {
  return Math.min(U32_MAX, Math.round(ns / 64));
}

function words(values: readonly number[]): Buffer {
  const buffer = Buffer.alloc(values.length * 4);
  for (const [i, value] of values.entries()) buffer.writeUInt32LE(value, i * 4);
  return buffer;
}

function long(value: number): Buffer {
  return unsignedLong(BigInt(Math.round(value)));
}

function unsignedLong(value: bigint): Buffer {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64LE(BigInt.asUintN(64, value));
  return buffer;
}

/** The table as it is in memory: hosts are little-endian. */
function bytesOf(table: Int16Array): Buffer {
  return Buffer.from(table.buffer, table.byteOffset, table.byteLength);
}
