import { durationText, trimmed } from '../check/words.ts';
import type { ReportCheck, ReportMeasure, ReportRun, ReportSpan } from './report.ts';

/** Figures of a report as text, the same in every format. */

export function msText(ms: number): string {
  return durationText(ms * 1e6);
}

/** '+4.2 s (total)', '-1 episode (episodes)' */
export function marginText(margin: ReportCheck['margin']): string {
  if (margin === null) return '';
  const sign = margin.value > 0 ? '+' : '';
  const of = margin.of === 'within' || margin.of === 'episodes' ? '' : ` (${margin.of})`;
  if (margin.unit === 'episodes') {
    const plural = Math.abs(margin.value) === 1 ? 'episode' : 'episodes';
    return `${sign}${String(margin.value)} ${plural}`;
  }
  return `${sign}${msText(margin.value)}${of}`;
}

/** '61.2 s .. 69.3 s' */
export function spanMsText({ fromMs, toMs }: ReportSpan): string {
  const at = (ms: number): string => `${trimmed(ms / 1e3, 2)} s`;
  return fromMs === toMs ? at(fromMs) : `${at(fromMs)} .. ${at(toMs)}`;
}

/** The first few violations, and how many more. */
export function whenText(violations: readonly ReportSpan[], most = 3): string {
  const shown = violations.slice(0, most).map(spanMsText);
  const more = violations.length - shown.length;
  return shown.join(', ') + (more > 0 ? `, and ${String(more)} more` : '');
}

/** 'longest 4.1 s of 4 s, total 31 s of 20 s, 6 of 5 episodes' */
export function budgetText(budget: ReportCheck['budget']): string {
  return budget
    .map(({ of, unit, observed, allowed }) => {
      if (unit === 'episodes') return `${String(observed ?? 0)} of ${String(allowed)} episodes`;
      const seen = observed === null ? 'never' : msText(observed);
      return `${of} ${seen} of ${msText(allowed)}`;
    })
    .join(', ');
}

/** '31.25 s', '6', 'true', '-' */
export function measureText({ value, unit }: ReportMeasure): string {
  if (value === null) return '-';
  if (typeof value !== 'number') return String(value);
  if (unit === 's') return durationText(value * 1e9);
  const text = trimmed(value, Math.abs(value) >= 100 ? 1 : 3);
  return unit === '' ? text : `${text} ${unit}`;
}

/** '± 10 ms', or nothing where it is exact or not known */
export function resolutionText({ resolution, unit }: ReportMeasure): string {
  if (resolution === null || resolution === 0) return '';
  return unit === 's'
    ? `± ${durationText(resolution * 1e9)}`
    : `± ${trimmed(resolution, 3)} ${unit}`;
}

/** 'host kernel, real clock', 'embedded kernel, warp clock' */
export function kernelText({ kernel, clock }: ReportRun): string {
  return `${kernel} kernel, ${clock} clock`;
}

/** '10 min of lab time in 9.1 s (66x)' */
export function paceText({ durationMs, wallMs }: ReportRun): string {
  const lab = `${msText(durationMs)} of lab time`;
  if (wallMs === null || wallMs <= 0) return lab;
  const ratio = durationMs / wallMs;
  const pace = ratio >= 2 ? ` (${trimmed(ratio, ratio >= 10 ? 0 : 1)}x)` : '';
  return `${lab} in ${msText(wallMs)}${pace}`;
}

/** A command that a shell reads back as the same words. */
export function commandText(command: readonly string[]): string {
  return command
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
    .join(' ');
}

export const OUTCOME_WORDS: Readonly<
  Record<'pass' | 'fail' | 'inconclusive' | 'not-clean' | 'known', string>
> = {
  pass: 'Pass',
  fail: 'Fail',
  inconclusive: 'Inconclusive',
  'not-clean': 'Not clean',
  known: 'Known failure',
};
