import { computed, signal } from '@preact/signals';
import type { ReadonlySignal, Signal } from '@preact/signals';
import type { ReportSpan } from '../../report.ts';
import type { PageData } from '../page-data.ts';

/** The embedded run. */
export const data: PageData = JSON.parse(
  document.getElementById('data')?.textContent ?? '',
) as PageData;

const WHOLE = data.span;
/** a millisecond of lab time across the screen is as near as it gets */
const NARROWEST_MS = 1;

/** The part of the run that the timeline shows. */
export const domain: Signal<ReportSpan> = signal(WHOLE);
/** The moment that is looked at; null: none. */
export const cursorMs: Signal<number | null> = signal(null);
export const isZoomed: ReadonlySignal<boolean> = computed(
  () => domain.value.fromMs > WHOLE.fromMs || domain.value.toMs < WHOLE.toMs,
);

/** Shows a part of the run, cut to what there is. */
export function showSpan(span: ReportSpan): void {
  const width = Math.min(
    WHOLE.toMs - WHOLE.fromMs,
    Math.max(NARROWEST_MS, span.toMs - span.fromMs),
  );
  const fromMs = Math.max(WHOLE.fromMs, Math.min(span.fromMs, WHOLE.toMs - width));
  domain.value = { fromMs, toMs: fromMs + width };
}

export function showAll(): void {
  domain.value = WHOLE;
}

/** A span with room on both sides, and the cursor at its start. */
export function lookAt(span: ReportSpan): void {
  const room = Math.max(2000, (span.toMs - span.fromMs) * 0.4);
  showSpan({ fromMs: span.fromMs - room, toMs: span.toMs + room });
  cursorMs.value = span.fromMs;
  document.getElementById('timeline')?.scrollIntoView({ block: 'start', behavior: scrolling() });
}

/** Nearer (factor < 1) or further, around a moment. */
export function zoom(factor: number, aroundMs?: number): void {
  const { fromMs, toMs } = domain.value;
  const around = aroundMs ?? cursorMs.value ?? (fromMs + toMs) / 2;
  const centre = Math.max(fromMs, Math.min(around, toMs));
  showSpan({
    fromMs: centre - (centre - fromMs) * factor,
    toMs: centre + (toMs - centre) * factor,
  });
}

function scrolling(): ScrollBehavior {
  return window.matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth';
}
