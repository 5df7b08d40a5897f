import type { AskedDose, LossDependence } from './want.ts';

/** What a fault did, as a share of the frames that it met. Ratios 0..1. */
export interface DoseFigure {
  /** null: nothing that can be counted was asked for */
  readonly asked: number | null;
  /** null: no frame met it */
  readonly measured: number | null;
  /** where the true share lies, in 99.9 of 100 such runs (Wilson's score interval); null: no frame met it */
  readonly interval: readonly [low: number, high: number] | null;
}

/** Normal quantile of 99.9 %, two-sided: of a thousand doses that are right, one is called wrong. */
export const Z = 3.2905;

/** @param forNs how long the fault was in force: bursts in time are few, however many frames they hit */
export function doseFigure(
  asked: AskedDose | undefined,
  counted: { readonly seen: number; readonly hit: number },
  forNs: number,
): DoseFigure {
  const { seen, hit } = counted;
  const ratio = asked === undefined ? null : askedRatio(asked);
  if (asked?.quantity === 'sent') {
    const perSecond = forNs === 0 ? null : seen / (forNs / 1e9);
    return { asked: ratio, measured: perSecond, interval: null };
  }
  // their figures come with the report
  const isRead = asked !== undefined && ['delay', 'jitter', 'rate'].includes(asked.quantity);
  if (seen === 0 || isRead) return { asked: ratio, measured: null, interval: null };
  const dependence = asked !== undefined && 'dependence' in asked ? asked.dependence : undefined;
  const n = independentFrames(seen, dependence, forNs);
  return { asked: ratio, measured: hit / seen, interval: wilson(hit / seen, n) };
}

function askedRatio(asked: AskedDose): number | null {
  switch (asked.quantity) {
    case 'cut':
      return 1;
    case 'joined':
      return 1;
    case 'sent':
      return asked.perSecond;
    case 'carrier':
      return null;
    case 'delay':
    case 'jitter':
      return asked.ns;
    case 'rate':
      return asked.bitPerSec;
    case 'loss':
    case 'duplicate':
    case 'impair':
      return asked.ratio;
    default:
      return asked satisfies never;
  }
}

/** How many independent frames these are worth: the variance of their mean is that of so many. */
function independentFrames(
  seen: number,
  dependence: LossDependence | undefined,
  forNs: number,
): number {
  if (dependence === undefined) return seen;
  if (dependence.per === 'frame') {
    return Math.max(1, (seen * (1 - dependence.correlation)) / (1 + dependence.correlation));
  }
  if (dependence.correlationNs === 0) return seen;
  return Math.max(1, Math.min(seen, forNs / (2 * dependence.correlationNs)));
}

/** Wilson 1927: unlike p ± z * error it stays within 0..1, and is right near both ends. */
function wilson(share: number, n: number): readonly [number, number] {
  const middle = (share + Z ** 2 / (2 * n)) / (1 + Z ** 2 / n);
  const half =
    (Z / (1 + Z ** 2 / n)) * Math.sqrt((share * (1 - share)) / n + Z ** 2 / (4 * n ** 2));
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}
