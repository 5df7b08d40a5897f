import {
  lastStepAt,
  ownerOf,
  type SignalHistories,
  type SignalHistory,
} from '../../check/signal-history.ts';
import type { Span } from '../../check/truth.ts';
import { trimmed } from '../../check/words.ts';
import type { Plan } from '../../plan/plan.ts';
import type { ProbeSecond, RunEvent } from '../../run/events.ts';
import { signalUnit } from '../signal-summary.ts';
import { askedSignals } from './lanes.ts';
import type { PagePlot, PageSeries } from './page-data.ts';

/** More points than a screen has columns are joined: means of neighbours, with the lowest low and the highest high. */
const MOST_POINTS = 2400;
const MOST_OTHER_PLOTS = 6;

interface PlotSource {
  readonly events: readonly RunEvent[];
  readonly histories: SignalHistories;
  readonly plan: Plan;
  readonly span: Span;
}

/** Loss and delay of the probes by the second, then other quantities that a check or a measure reads. */
export function plotsOf(source: PlotSource): PagePlot[] {
  const seconds = source.events.filter((event) => event.type === 'probe');
  const probes = source.plan.probes.map(({ id }) => id);
  const loss = probes.map((id) => lossSeries(id, ofProbe(seconds, id, source.span)));
  const delay = probes.map((id) => delaySeries(id, ofProbe(seconds, id, source.span)));
  return [
    plot('loss', '%', loss),
    plot('delay', 'ms', delay),
    ...otherPlots(source, new Set(probes)),
  ].filter((candidate) => candidate.series.length > 0);
}

function plot(name: string, unit: string, series: readonly PageSeries[]): PagePlot {
  const shown = series.filter(({ value }) => value.some((v) => v !== null)).map(thinned);
  return { name, unit, series: shown, summary: shown.map((one) => describe(one, unit)).join('; ') };
}

function ofProbe(seconds: readonly ProbeSecond[], id: string, { fromNs }: Span): ProbeSecond[] {
  return seconds.filter(({ probe, since }) => probe === id && since >= fromNs);
}

function lossSeries(name: string, seconds: readonly ProbeSecond[]): PageSeries {
  return {
    name,
    fromMs: seconds.map(({ since }) => since / 1e6),
    toMs: (seconds.at(-1)?.since ?? 0) / 1e6 + 1000,
    value: seconds.map(({ sent, received }) =>
      sent === 0 ? null : rounded(100 * (1 - Math.min(received, sent) / sent)),
    ),
  };
}

function delaySeries(name: string, seconds: readonly ProbeSecond[]): PageSeries {
  const ms = (ns: number | null): number | null => (ns === null ? null : rounded(ns / 1e6));
  return {
    name,
    fromMs: seconds.map(({ since }) => since / 1e6),
    toMs: (seconds.at(-1)?.since ?? 0) / 1e6 + 1000,
    value: seconds.map(({ delayMeanNs }) => ms(delayMeanNs)),
    low: seconds.map(({ delayMinNs }) => ms(delayMinNs)),
    high: seconds.map(({ delayMaxNs }) => ms(delayMaxNs)),
  };
}

/** Signals with a quantity as value that somebody asked about, and that no probe plot shows already. */
function otherPlots(
  { histories, plan, span }: PlotSource,
  probes: ReadonlySet<string>,
): PagePlot[] {
  const asked = askedSignals(plan);
  const plots: PagePlot[] = [];
  for (const history of histories.values()) {
    const type = history.declared?.valueType ?? 'state';
    const quantity = type !== 'boolean' && type !== 'count' && type !== 'state';
    if (!quantity || !asked.has(history.name) || probes.has(ownerOf(history.name))) continue;
    const { unit } = signalUnit(history);
    plots.push(plot(history.name, unit, [historySeries(history, span)]));
  }
  return plots.slice(0, MOST_OTHER_PLOTS);
}

function historySeries(history: SignalHistory, { fromNs, toNs }: Span): PageSeries {
  const { factor } = signalUnit(history);
  const first = Math.max(0, lastStepAt(history.fromNs, fromNs));
  const shown = history.fromNs.slice(first).filter((at) => at <= toNs);
  return {
    name: history.name,
    fromMs: shown.map((at) => Math.max(fromNs / 1e6, at / 1e6)),
    toMs: toNs / 1e6,
    value: shown.map((_, i) => {
      const value = history.values[first + i];
      return typeof value === 'number' ? rounded(value * factor) : null;
    }),
  };
}

function thinned(series: PageSeries): PageSeries {
  const { name, fromMs, toMs, value, low = value, high = value } = series;
  const per = Math.ceil(fromMs.length / MOST_POINTS);
  if (per <= 1) return series;
  const groups = Array.from({ length: Math.ceil(fromMs.length / per) }, (_, i) => i * per);
  const over = (
    values: readonly (number | null)[],
    at: number,
    join: (known: readonly number[]) => number,
  ): number | null => {
    const known = values.slice(at, at + per).filter((v) => v !== null);
    return known.length === 0 ? null : rounded(join(known));
  };
  const mean = (known: readonly number[]): number =>
    known.reduce((sum, v) => sum + v, 0) / known.length;
  return {
    name,
    toMs,
    fromMs: groups.map((at) => fromMs[at] ?? 0),
    value: groups.map((at) => over(value, at, mean)),
    low: groups.map((at) => over(low, at, (known) => Math.min(...known))),
    high: groups.map((at) => over(high, at, (known) => Math.max(...known))),
  };
}

function describe({ name, value }: PageSeries, unit: string): string {
  const known = value.filter((v) => v !== null);
  const mean = known.reduce((sum, v) => sum + v, 0) / Math.max(1, known.length);
  const high = known.reduce((most, v) => Math.max(most, v), -Infinity);
  return `${name}: mean ${trimmed(mean, 1)} ${unit}, highest second ${trimmed(high, 1)} ${unit}`;
}

function rounded(value: number): number {
  return Math.round(value * 1e3) / 1e3;
}
