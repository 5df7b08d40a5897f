import { doseText, isRead } from '../check/dose.ts';
import type { ReportDose, ReportFault } from './report.ts';

/** The doses that say something: what is not counted is left out where the same direction has what is. */
export function countedDoses({ doses }: ReportFault): readonly ReportDose[] {
  return doses.filter(
    (dose) =>
      dose.judged !== 'not-counted' ||
      isRead(dose.quantity) ||
      !doses.some((other) => other.way === dose.way && other.judged !== 'not-counted'),
  );
}

/** '20.01 ms'; of what is read from a sample also how sure that is: '20.01 ms (19.95 to 20.07 ms)' */
export function gotText({ quantity, measured, interval }: ReportDose): string {
  const text = doseText(quantity, measured);
  if (!isRead(quantity) || measured === null || interval === null) return text;
  const [low, high] = interval.map((bound) => doseText(quantity, bound));
  return low === high ? text : `${text} (${low ?? ''} to ${high ?? ''})`;
}

/** Of how many frames the figure is made. */
export function framesOf({ quantity, seen, hit }: ReportDose): number {
  return isRead(quantity) && hit > 0 ? hit : seen;
}
