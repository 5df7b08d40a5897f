import { U32_MAX, decodeAttributes } from './netlink.ts';

/** What the kernel says a netem does, as a line for people: TCA_OPTIONS of a dump, linux/pkt_sched.h. */

export const TCA_NETEM = {
  CORR: 1,
  DELAY_DIST: 2,
  REORDER: 3,
  CORRUPT: 4,
  LOSS: 5,
  RATE: 6,
  ECN: 7,
  RATE64: 8,
  LATENCY64: 10,
  JITTER64: 11,
  SLOT: 12,
  PRNG_SEED: 14,
} as const;
/** the general and intuitive model of four states, and Gilbert and Elliott's */
export const NETEM_LOSS = { FOUR_STATE: 1, GEMODEL: 2 } as const;
const OPTIONS_BYTES = 24;

/** 'delay 20ms jitter 5ms gemodel p 2% r 25% ... rate 10gbit'; '' for a netem that does nothing */
export function describeNetem(options: Buffer): string {
  if (options.length < OPTIONS_BYTES) return '';
  const attributes = decodeAttributes(options, OPTIONS_BYTES);
  const parts = [
    ...timeParts(attributes),
    ratioPart('loss', options.readUInt32LE(8)),
    ratioPart('duplicate', options.readUInt32LE(16)),
    lossModelPart(attributes.get(TCA_NETEM.LOSS)),
    ratioPart('corrupt', attributes.get(TCA_NETEM.CORRUPT)?.readUInt32LE(0) ?? 0),
    reorderPart(attributes.get(TCA_NETEM.REORDER), options.readUInt32LE(12)),
    ratePart(attributes),
    slotPart(attributes.get(TCA_NETEM.SLOT)),
  ];
  return parts.filter((part) => part !== '').join(' ');
}

function timeParts(attributes: Map<number, Buffer>): string[] {
  const named = [['delay', TCA_NETEM.LATENCY64], ['jitter', TCA_NETEM.JITTER64]] as const; // prettier-ignore
  return named.map(([name, type]) => {
    const ns = Number(attributes.get(type)?.readBigInt64LE(0) ?? 0n);
    return ns === 0 ? '' : `${name} ${milliseconds(ns)}`;
  });
}

function lossModelPart(payload: Buffer | undefined): string {
  if (payload === undefined) return '';
  const models = decodeAttributes(payload);
  const ge = models.get(NETEM_LOSS.GEMODEL);
  if (ge !== undefined) return named('gemodel', ['p', 'r', 'h', '1-k'], ge);
  const four = models.get(NETEM_LOSS.FOUR_STATE);
  return four === undefined ? '' : named('state', ['p13', 'p31', 'p32', 'p14', 'p23'], four);
}

function named(model: string, names: readonly string[], values: Buffer): string {
  return [model, ...names.map((name, k) => `${name} ${percent(values.readUInt32LE(4 * k))}`)].join(
    ' ',
  );
}

function reorderPart(payload: Buffer | undefined, gap: number): string {
  const text = ratioPart('reorder', payload?.readUInt32LE(0) ?? 0);
  return text === '' ? '' : `${text} gap ${String(gap)}`;
}

function ratePart(attributes: Map<number, Buffer>): string {
  const wide = attributes.get(TCA_NETEM.RATE64);
  const bytesPerSec =
    wide?.readBigUInt64LE(0) ?? BigInt(attributes.get(TCA_NETEM.RATE)?.readUInt32LE(0) ?? 0);
  return bytesPerSec === 0n ? '' : `rate ${String(bytesPerSec * 8n)}bit`;
}

function slotPart(payload: Buffer | undefined): string {
  if (payload === undefined) return '';
  const [least, most] = [0, 8].map((at) => Number(payload.readBigInt64LE(at)));
  return most === 0 ? '' : `slot ${milliseconds(least ?? 0)} ${milliseconds(most ?? 0)}`;
}

function ratioPart(name: string, share: number): string {
  return share === 0 ? '' : `${name} ${percent(share)}`;
}

/** four decimals are far below what any dose can tell apart */
function percent(share: number): string {
  return `${String(Number(((100 * share) / U32_MAX).toFixed(4)))}%`;
}

function milliseconds(ns: number): string {
  return `${String(ns / 1e6)}ms`;
}
