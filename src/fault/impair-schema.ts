import { z } from 'zod';
import { bitRate, count, duration, ratio } from '../scenario/units.ts';
import type { FrameClass, Impairment } from '../wire/want.ts';
import { matchSchema } from './frame-class.ts';
import { LOSS_CORRELATION_REFUSED, lossSchema, type Loss } from './loss.ts';
import { profiles } from './profiles.ts';
import { textOrMap } from './text-or-map.ts';
import { traceSchema, type Trace } from './trace.ts';

export interface ImpairParams {
  /** every frame, or those of a class */
  readonly match: FrameClass;
  readonly loss?: Loss;
  readonly profile?: string;
  /** delay, jitter, loss and rate as they were recorded; then `impairment` has at most the distribution */
  readonly trace?: Trace;
  /** everything but loss */
  readonly impairment: Omit<Impairment, 'lossRatio' | 'gemodel' | 'fourState'>;
}

/** netem keeps a jitter in 31 bits of nanoseconds. */
const MAX_JITTER_NS = 2e9;

const slot = textOrMap(
  duration({ min: 1 }).transform((ns) => ({ min: ns, max: ns })),
  z
    .strictObject({
      min: duration().describe('shortest time between slots'),
      max: duration({ min: 1 }).describe('longest'),
    })
    .refine(({ min, max }) => min <= max, 'min is larger than max'),
);

const refused = (reason: string): z.ZodType<undefined> =>
  z
    .unknown()
    .optional()
    .meta({ not: {}, description: reason })
    .transform((given, context): undefined => {
      if (given !== undefined) context.addIssue({ code: 'custom', message: reason });
    });

const keys = z.strictObject({
  profile: z
    .enum(Object.keys(profiles))
    .optional()
    .describe(
      'figures of others by name (chaos list profiles); what stands beside it replaces them',
    ),
  trace: traceSchema
    .optional()
    .describe(
      'a CSV of time, delay, jitter, loss, rate (any of them, with units in the header), from the moment that the fault comes into force',
    ),
  match: matchSchema.optional().describe('only frames of this class; the others pass untouched'),
  delay: duration({ max: 3600e9 }).optional().describe('added to each frame, one way'),
  jitter: duration({ max: MAX_JITTER_NS })
    .optional()
    .describe('spread of the delay; frames stay in order, so under load the mean rises'),
  distribution: z
    .enum(['uniform', 'normal', 'pareto', 'paretonormal'])
    .optional()
    .describe(
      'of the jitter; uniform (the default): delay ± jitter; the others as in tc-netem(8), cut at 4 jitters',
    ),
  loss: lossSchema
    .optional()
    .describe('a share (each frame for itself), or {burst}, {gemodel} or {state}'),
  duplicate: ratio().optional().describe('share of frames that arrive twice'),
  corrupt: ratio()
    .optional()
    .describe('share of frames with one bit flipped; checksums make most of them losses'),
  reorder: ratio().optional().describe('share of frames that skip the delay and overtake others'),
  gap: count({ min: 1 })
    .optional()
    .describe('of reorder: only every n-th frame may overtake (1: any)'),
  rate: bitRate({ min: 1e3 })
    .optional()
    .describe('upper limit of the bit rate; without match it is the link that gets slower'),
  limit: count({ min: 1 })
    .optional()
    .describe('length of the queue of the link in frames; what does not fit is lost'),
  slot: slot
    .optional()
    .describe('frames are handed over in slots, {min, max} apart, as on Wi-Fi or DOCSIS'),
  correlation: refused(
    "netem's delay correlation has no effect (90% asked, 0.6% measured: it takes the low bits of its correlated number); leave it out",
  ),
  'loss-correlation': refused(LOSS_CORRELATION_REFUSED),
});

type Keys = z.infer<typeof keys>;

export const impairSchema: z.ZodType<ImpairParams> = keys
  .superRefine((given, context) => {
    for (const [path, message] of refusals(given)) {
      context.addIssue({ code: 'custom', path: [path], message });
    }
  })
  .transform((given, context): ImpairParams => {
    if (!asksForAnything(given)) {
      const message = 'asks for nothing; give delay, loss, rate or another';
      context.addIssue({ code: 'custom', message });
    }
    return {
      match: given.match ?? {},
      ...(given.loss !== undefined && { loss: given.loss }),
      ...(given.profile !== undefined && { profile: given.profile }),
      ...(given.trace !== undefined && { trace: given.trace }),
      impairment: impairmentOf(given),
    };
  });

function asksForAnything(given: Keys): boolean {
  return Object.entries(given).some(([key, value]) => key !== 'match' && value !== undefined);
}

function refusals(given: Keys): readonly (readonly [key: string, message: string])[] {
  const found: [string, string][] = [];
  const { delay = 0, jitter = 0 } = given;
  if (given.trace !== undefined) found.push(...besideTrace(given));
  if (jitter > delay) {
    found.push(['jitter', 'is larger than the delay: no frame can arrive before it was sent']);
  }
  if (given.distribution !== undefined && jitter === 0 && given.trace === undefined) {
    found.push(['distribution', 'is the distribution of the jitter, and there is none']);
  }
  if (given.reorder !== undefined && delay === 0) {
    found.push(['reorder', 'needs a delay: what overtakes is what skips it']);
  }
  if (given.gap !== undefined && given.reorder === undefined) {
    found.push(['gap', 'is a part of reorder, which is not given']);
  }
  if (given.limit !== undefined && given.match !== undefined) {
    found.push(['limit', 'is the queue of the link: it cannot be that of one class of frames']);
  }
  return found;
}

/** What else is wanted of the wire is a fault of its own: they combine as faults do. */
function besideTrace(given: Keys): readonly [string, string][] {
  const goesAlong = ['trace', 'match', 'distribution'];
  return Object.entries(given)
    .filter(([key, value]) => value !== undefined && !goesAlong.includes(key))
    .map(([key]) => [key, 'does not go beside a trace; write a second impair under `faults:`']);
}

function impairmentOf(given: Keys): ImpairParams['impairment'] {
  return {
    ...(given.delay !== undefined && { delayNs: given.delay }),
    ...(given.jitter !== undefined && { jitterNs: given.jitter }),
    ...(given.distribution !== undefined && { distribution: given.distribution }),
    ...(given.duplicate !== undefined && { duplicateRatio: given.duplicate }),
    ...(given.corrupt !== undefined && { corruptRatio: given.corrupt }),
    ...(given.reorder !== undefined && {
      reorderRatio: given.reorder,
      reorderGap: given.gap ?? 1,
    }),
    ...(given.rate !== undefined && { rateBitPerSec: given.rate }),
    ...(given.limit !== undefined && { limitPackets: given.limit }),
    ...(given.slot !== undefined && { slotMinNs: given.slot.min, slotMaxNs: given.slot.max }),
  };
}
