import { dimensionUnit } from '../check/shown-unit.ts';
import type { SignalHistories, SignalHistory } from '../check/signal-history.ts';
import { countText, trimmed } from '../check/words.ts';
import type { SignalValue } from '../scenario/expression/ast.ts';
import type { ReportSignal } from './report.ts';

/** Each signal with what it did between ready and the end, in the unit that people read. */
export function describeSignals(histories: SignalHistories, endNs: number): ReportSignal[] {
  return [...histories.values()].map((history) => {
    const { declared, name } = history;
    const unit = signalUnit(history);
    return {
      name,
      about: declared?.about ?? '',
      type: declared?.valueType ?? 'state',
      unit: unit.unit,
      resolutionMs: (declared?.resolutionNs ?? 0) / 1e6,
      summary: summarise(history, unit.factor, endNs),
    };
  });
}

/** The factor and unit in which a signal is shown. */
export function signalUnit({ declared }: SignalHistory): { factor: number; unit: string } {
  const shown = dimensionUnit(declared?.valueType ?? '');
  return shown ?? { factor: 1, unit: declared?.unit ?? '' };
}

function summarise(history: SignalHistory, factor: number, endNs: number): ReportSignal['summary'] {
  const scale = (value: SignalValue): SignalValue =>
    typeof value === 'number' ? value * factor : value;
  let changes = 0;
  let unknownNs = Math.max(0, Math.min(endNs, history.fromNs[0] ?? endNs));
  let [min, max] = [Infinity, -Infinity];
  history.fromNs.forEach((fromNs, i) => {
    const toNs = Math.min(endNs, history.fromNs[i + 1] ?? endNs);
    if (toNs <= 0 && i < history.fromNs.length - 1) return;
    const value = scale(history.values[i] ?? null);
    if (fromNs > 0 && i > 0) changes += 1;
    if (value === null) unknownNs += Math.max(0, toNs - Math.max(0, fromNs));
    else if (typeof value === 'number') [min, max] = [Math.min(min, value), Math.max(max, value)];
  });
  const last = scale(history.values.at(-1) ?? null);
  const range = min <= max ? { min, max } : { min: null, max: null };
  return {
    text: summaryText(last, range, changes),
    changes,
    last,
    ...range,
    unknownMs: unknownNs / 1e6,
  };
}

function summaryText(
  last: SignalValue,
  { min, max }: { readonly min: number | null; readonly max: number | null },
  changes: number,
): string {
  if (last === null && changes === 0) return 'never known';
  const end = last === null ? 'not known at the end' : `${valueText(last)} at the end`;
  const span =
    min === null || max === null || min === max ? '' : `${valueText(min)} .. ${valueText(max)}, `;
  return changes === 0
    ? `always ${valueText(last)}`
    : `${span}${countText(changes, 'change')}, ${end}`;
}

/** A value of a signal, already in its shown unit. */
export function valueText(value: SignalValue): string {
  if (value === null) return 'not known';
  if (typeof value === 'number') return trimmed(value, Math.abs(value) >= 100 ? 1 : 3);
  return String(value);
}

/** A value as the log has it, in the unit that people read: '40.8 ms', 'fw-a', '2'. */
export function shownValue(value: SignalValue, history: SignalHistory | undefined): string {
  if (typeof value !== 'number' || history === undefined) return valueText(value);
  const { factor, unit } = signalUnit(history);
  return `${valueText(value * factor)}${factor === 1 ? '' : ` ${unit}`}`;
}
