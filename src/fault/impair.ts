import { formatQuantity } from '../scenario/units.ts';
import type { Dimension } from '../scenario/quantity.ts';
import type { AskedDose, Impairment, WireDirection, WireWant } from '../wire/want.ts';
import { burstPhases } from './burst.ts';
import type { Unfolded, WireFaultKind } from './fault.ts';
import { describeFrameClass, isEveryFrame } from './frame-class.ts';
import { impairSchema, type ImpairParams } from './impair-schema.ts';
import { nearName } from '../scenario/near-name.ts';
import { profiles } from './profiles.ts';
import { traceAsks, traceNeedsNetem, tracePhases, traceWants, withTrace } from './impair-trace.ts';
import { describeLoss, lossDependence, meanLoss } from './loss.ts';
import { describeTrace, longestTraceNs } from './trace.ts';

/** All that netem can do, and loss in bursts of time; of every frame or of a class. */
export const impair: WireFaultKind<ImpairParams> = {
  name: 'impair',
  acts: 'wire',
  about:
    'Frames pass, but badly: late, unevenly, some of them lost, twice, damaged, out of order, or too slowly.',
  schema: impairSchema,
  unfold,
  example:
    'impair: { link: dci, delay: 20ms, jitter: 5ms, loss: { burst: { mean: 30%, length: 200ms } } }',
  describe,
  needsNetem,
  asks,
  inLab: (params, lab) =>
    params.trace === undefined ? { params } : withTrace(params, params.trace, lab, ['trace']),
  longest: ({ trace }) => ({
    ns: trace === undefined ? Infinity : longestTraceNs(trace),
    hint: (lasts) =>
      trace?.atEnd === 'loop'
        ? `so many edges take longer rows, or a shorter step than ${lasts}`
        : 'say what comes after the last row: trace: {file: ..., at-end: hold} or at-end: loop',
  }),
  wants: (params, direction, fault) =>
    params.trace === undefined
      ? [...steadyWants(params, direction, fault), ...burstWants(params, direction, fault, 0)]
      : traceWants(params, params.trace, direction, fault),
  phases(params, direction, fault, span, random) {
    const { loss, trace } = params;
    if (trace !== undefined) return tracePhases(params, trace, direction, fault, span);
    if (loss?.type !== 'burst') return undefined;
    const wants = [
      ...steadyWants(params, direction, fault),
      ...burstWants(params, direction, fault, 1),
    ];
    return burstPhases(loss, span, random).map((burst) => ({ ...burst, wants }));
  },
};

/** A profile is its parameters, and what is given beside it. */
function unfold(written: Readonly<Record<string, unknown>>): Unfolded {
  const { profile } = written;
  if (typeof profile !== 'string') return { written };
  const found = Object.hasOwn(profiles, profile) ? profiles[profile] : undefined;
  if (found !== undefined) return { written: { ...found.impair, ...written } };
  const names = Object.keys(profiles);
  return {
    refusal: `there is no profile '${profile}'`,
    path: ['profile'],
    near: nearName(profile, names),
    expected: `one of ${names.join(', ')}`,
  };
}

/** What does not change while the fault is in force. */
function steadyWants(
  { match, loss, impairment }: ImpairParams,
  { link, direction }: WireDirection,
  fault: string,
): readonly WireWant[] {
  const all: Impairment = {
    ...impairment,
    ...(loss?.type === 'random' && { lossRatio: loss.ratio }),
    ...(loss?.type === 'gemodel' && { gemodel: loss.model }),
    ...(loss?.type === 'state' && { fourState: loss.model }),
  };
  if (Object.keys(all).length === 0) return [];
  return [{ kind: 'impair', link, direction, fault, match, impairment: all }];
}

/** Between bursts the rule stands with ratio 0: it counts what passes, so that the dose is a share of everything. */
function burstWants(
  { match, loss }: ImpairParams,
  { link, direction }: WireDirection,
  fault: string,
  ratio: 0 | 1,
): readonly WireWant[] {
  if (loss?.type !== 'burst') return [];
  return [{ kind: 'drop', link, direction, fault, match, ratio }];
}

/** Loss, bursts, duplicates, and the link's own rate and queue are done without netem. */
function needsNetem(params: ImpairParams): boolean {
  const { match, loss, trace, impairment } = params;
  if (trace !== undefined) return traceNeedsNetem(params, trace);
  const { duplicateRatio: _, rateBitPerSec, limitPackets: __, ...netem } = impairment;
  return (
    loss?.type === 'gemodel' ||
    loss?.type === 'state' ||
    Object.keys(netem).length > 0 ||
    (rateBitPerSec !== undefined && !isEveryFrame(match))
  );
}

function asks({ loss, trace, impairment }: ImpairParams): readonly AskedDose[] {
  if (trace !== undefined) return traceAsks(trace);
  const { duplicateRatio, ...netem } = impairment;
  const chain = loss?.type === 'gemodel' || loss?.type === 'state';
  const doses: AskedDose[] = [];
  if (loss !== undefined && !chain) {
    const dependence = lossDependence(loss);
    doses.push({ quantity: 'loss', ratio: meanLoss(loss), ...(dependence && { dependence }) });
  }
  doses.push(...timeDoses(impairment));
  if (duplicateRatio !== undefined) doses.push({ quantity: 'duplicate', ratio: duplicateRatio });
  if (chain || Object.keys(netem).length > 0) {
    const dependence = chain ? lossDependence(loss) : undefined;
    doses.push({
      quantity: 'impair',
      ratio: chain ? meanLoss(loss) : null,
      ...(dependence && { dependence }),
    });
  }
  return doses;
}

function timeDoses({ delayNs, jitterNs, rateBitPerSec }: Impairment): readonly AskedDose[] {
  return [
    ...(delayNs === undefined ? [] : [{ quantity: 'delay', ns: delayNs } as const]),
    ...(jitterNs === undefined ? [] : [{ quantity: 'jitter', ns: jitterNs } as const]),
    ...(rateBitPerSec === undefined
      ? []
      : [{ quantity: 'rate', bitPerSec: rateBitPerSec } as const]),
  ];
}

function describe({ match, loss, profile, trace, impairment }: ImpairParams): string {
  const show = (dimension: Dimension, value: number): string =>
    formatQuantity({ dimension, value });
  const parts: string[] = [];
  const {
    delayNs,
    jitterNs,
    distribution,
    duplicateRatio,
    corruptRatio,
    reorderRatio,
    reorderGap = 1,
    rateBitPerSec,
    limitPackets,
    slotMinNs,
    slotMaxNs,
  } = impairment;
  if (delayNs !== undefined) {
    const spread = jitterNs === undefined ? '' : ` ±${show('duration', jitterNs)}`;
    const shape = distribution === undefined ? '' : ` ${distribution}`;
    parts.push(`delay ${show('duration', delayNs)}${spread}${shape}`);
  }
  if (loss !== undefined) parts.push(describeLoss(loss));
  if (duplicateRatio !== undefined) parts.push(`duplicate ${show('ratio', duplicateRatio)}`);
  if (corruptRatio !== undefined) parts.push(`corrupt ${show('ratio', corruptRatio)}`);
  if (reorderRatio !== undefined) {
    const gap = reorderGap === 1 ? '' : ` (every ${String(reorderGap)}th)`;
    parts.push(`reorder ${show('ratio', reorderRatio)}${gap}`);
  }
  if (rateBitPerSec !== undefined) parts.push(`rate ${show('bit-rate', rateBitPerSec)}`);
  if (trace !== undefined) parts.push(describeTrace(trace));
  if (limitPackets !== undefined) parts.push(`queue of ${limitPackets} frames`);
  if (slotMinNs !== undefined && slotMaxNs !== undefined) {
    const same = slotMinNs === slotMaxNs;
    parts.push(
      `slots of ${same ? '' : `${show('duration', slotMinNs)} to `}${show('duration', slotMaxNs)}`,
    );
  }
  const whom = isEveryFrame(match) ? '' : ` (${describeFrameClass(match)} only)`;
  const name = profile === undefined ? '' : `${profile}: `;
  return name + parts.join(', ') + whom;
}
