import { z } from 'zod';
import { duration, formatQuantity, ratio } from '../scenario/units.ts';
import type { FourState, GilbertElliott, LossDependence } from '../wire/want.ts';
import { textOrMap } from './text-or-map.ts';

/** How frames get lost. Each kind is another question; `docs` of impair say which is which. */
export type Loss =
  /** each frame for itself */
  | { readonly type: 'random'; readonly ratio: number }
  /**
   * On and off in time: while a burst lasts every frame is lost, in between none. Lengths are exponential with mean
   * `lengthNs`, the gaps so that the share of time is `mean` (a continuous-time Gilbert model).
   */
  | { readonly type: 'burst'; readonly mean: number; readonly lengthNs: number }
  | { readonly type: 'gemodel'; readonly model: GilbertElliott }
  | { readonly type: 'state'; readonly model: FourState };

/** Measured: `loss 10% 90%` loses none of 5000 frames, `30% 75%` 3.2 %, `60% 50%` 70.5 %. */
export const LOSS_CORRELATION_REFUSED =
  "netem's loss correlation does not do what it says (10% at 90% correlation loses nothing); write loss: {burst: {mean: 10%, length: 200ms}}";

const burst = z
  .strictObject({
    mean: ratio().describe('share of the time that is lost'),
    length: duration({ min: 1e6 }).describe('mean length of a burst'),
  })
  .describe(
    'bursts in time: everything is lost while one lasts. Seeded, and the same whatever the traffic is',
  );

const gemodel = z
  .strictObject({
    p: ratio().describe('from good to bad'),
    r: ratio().describe('from bad to good'),
    'loss-bad': ratio().default(1).describe('share lost in the bad state (default 100%)'),
    'loss-good': ratio().default(0).describe('share lost in the good state (default 0%)'),
  })
  .refine(({ p, r }) => p + r > 0, 'p and r are both 0%: the chain never moves')
  .describe(
    'Gilbert-Elliott of tc-netem(8): the chain steps once per frame, so its time depends on the traffic',
  );

const fourState = z
  .strictObject({
    p13: ratio().describe('from good to a burst of loss'),
    p31: ratio().describe('from a burst of loss back to good'),
    p32: ratio().describe('from lost to received within a burst'),
    p23: ratio().describe('from received to lost within a burst'),
    p14: ratio().describe('one frame lost alone'),
  })
  .refine(({ p31, p32 }) => p32 + p31 <= 1, 'p31 + p32 is more than 100%')
  .refine(({ p13, p14 }) => p13 + p14 <= 1, 'p13 + p14 is more than 100%')
  .refine(
    ({ p13, p31, p32, p23 }) => p13 === 0 || p31 > 0 || (p32 > 0 && p23 > 0),
    'with p31 at 0% a burst of loss never ends; then p32 and p23 must lead out of it and back',
  )
  .describe('the 4-state Markov chain of tc-netem(8), once per frame');

const models = z
  .strictObject({
    burst: burst.optional(),
    gemodel: gemodel.optional(),
    state: fourState.optional(),
    correlation: z.unknown().optional().meta({ not: {}, description: LOSS_CORRELATION_REFUSED }),
  })
  .superRefine((given, context) => {
    if (given.correlation !== undefined) {
      context.addIssue({
        code: 'custom',
        path: ['correlation'],
        message: LOSS_CORRELATION_REFUSED,
      });
    }
  })
  .transform((given, context): Loss => {
    const chosen = [given.burst, given.gemodel, given.state].filter((each) => each !== undefined);
    if (chosen.length !== 1) {
      context.addIssue({ code: 'custom', message: 'give exactly one of burst, gemodel, state' });
      return z.NEVER;
    }
    if (given.burst !== undefined) {
      return { type: 'burst', mean: given.burst.mean, lengthNs: given.burst.length };
    }
    if (given.gemodel !== undefined) {
      const { p, r, 'loss-bad': lossBad, 'loss-good': lossGood } = given.gemodel;
      return { type: 'gemodel', model: { p, r, lossBad, lossGood } };
    }
    if (given.state !== undefined) return { type: 'state', model: given.state };
    return z.NEVER;
  });

export const lossSchema: z.ZodType<Loss> = textOrMap(ratio(), models).transform((given): Loss =>
  typeof given === 'number' ? { type: 'random', ratio: given } : given,
);

/** The share of frames that is lost in the long run. */
export function meanLoss(loss: Loss): number {
  switch (loss.type) {
    case 'random':
      return loss.ratio;
    case 'burst':
      return loss.mean;
    case 'gemodel': {
      const { p, r, lossBad, lossGood } = loss.model;
      return (p * lossBad + r * lossGood) / (p + r);
    }
    case 'state': {
      const { p13, p31, p32, p23, p14 } = loss.model;
      // stationary shares relative to state 1: 1 = good, 4 = lost alone, 3 = lost in a burst, 2 = good within a burst
      const alone = p14;
      const inBurst = p13 === 0 ? 0 : p31 > 0 ? p13 / p31 : Infinity;
      const between = p32 === 0 || inBurst === 0 ? 0 : p23 > 0 ? (inBurst * p32) / p23 : Infinity;
      if (inBurst === Infinity) return p23 / (p23 + p32);
      return (alone + inBurst) / (1 + alone + inBurst + between);
    }
    default:
      return loss satisfies never;
  }
}

/** How much neighbouring frames share their fate: what a confidence interval must know. */
export function lossDependence(loss: Loss): LossDependence | undefined {
  switch (loss.type) {
    case 'random':
      return undefined;
    case 'burst':
      return { per: 'time', correlationNs: loss.lengthNs * (1 - loss.mean) };
    case 'gemodel':
      return { per: 'frame', correlation: Math.max(0, 1 - loss.model.p - loss.model.r) };
    case 'state':
      return { per: 'frame', correlation: stateCorrelation(loss.model) };
    default:
      return loss satisfies never;
  }
}

/** Seen as two states, good and burst (with its good frames in between): left by p31 when the burst is in state 3. */
function stateCorrelation({ p13, p31, p32, p23 }: FourState): number {
  const within = p32 + p23 === 0 ? 1 : p23 / (p32 + p23);
  return Math.max(0, 1 - p13 - p31 * within);
}

export function describeLoss(loss: Loss): string {
  const percent = (value: number): string =>
    formatQuantity({ dimension: 'ratio', value: Number(value.toPrecision(4)) });
  switch (loss.type) {
    case 'random':
      return `loss ${percent(loss.ratio)}`;
    case 'burst': {
      const length = formatQuantity({ dimension: 'duration', value: loss.lengthNs });
      return `loss ${percent(loss.mean)} in bursts of ${length}`;
    }
    case 'gemodel':
      return `loss ${percent(meanLoss(loss))} (gemodel p ${percent(loss.model.p)} r ${percent(loss.model.r)})`;
    case 'state':
      return `loss ${percent(meanLoss(loss))} (4-state)`;
    default:
      return loss satisfies never;
  }
}
