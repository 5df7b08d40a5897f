import type { ReportSpan } from '../../report.ts';
import { trimmed } from '../../../check/words.ts';

/** Lab time to px of a drawing this wide. */
export type Scale = (ms: number) => number;

export function scaleOf({ fromMs, toMs }: ReportSpan, width: number): Scale {
  const factor = width / Math.max(1e-6, toMs - fromMs);
  return (ms) => (ms - fromMs) * factor;
}

/** Round moments about 90 px apart, ms. */
export function ticksOf({ fromMs, toMs }: ReportSpan, width: number): readonly number[] {
  const about = ((toMs - fromMs) / Math.max(1, width)) * 90;
  const power = 10 ** Math.floor(Math.log10(about));
  const nice = [1, 2, 5, 10].map((n) => n * power);
  // seconds and minutes, where they are near
  const step =
    [...nice, 15e3, 30e3, 60e3, 120e3, 300e3, 600e3, 1800e3, 3600e3]
      .filter((candidate) => candidate >= about && (candidate < 1e4 || candidate % 5e3 === 0))
      .sort((a, b) => a - b)[0] ?? power * 10;
  const ticks: number[] = [];
  for (let at = Math.ceil(fromMs / step) * step; at <= toMs; at += step) ticks.push(at);
  return ticks;
}

/** A moment as the axis says it: '120 s', '31.94 s', '31.9402 s'. */
export function momentLabel(ms: number, span: ReportSpan): string {
  const width = span.toMs - span.fromMs;
  const decimals = width > 100_000 ? 1 : width > 10_000 ? 2 : width > 500 ? 3 : 4;
  return `${trimmed(ms / 1e3, decimals)} s`;
}
