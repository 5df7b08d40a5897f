import type { ReportDose, ReportFault } from './report.ts';

/** The doses that say something: what is not counted is left out where the same direction has what is. */
export function countedDoses({ doses }: ReportFault): readonly ReportDose[] {
  return doses.filter(
    (dose) =>
      dose.judged !== 'not-counted' ||
      !doses.some((other) => other.way === dose.way && other.judged !== 'not-counted'),
  );
}
