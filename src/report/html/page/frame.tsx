import { spanMsText } from '../../figures.ts';
import type { ReportSpan } from '../../report.ts';
import type { PageStep } from '../page-data.ts';
import type { Selection } from './drag.ts';
import { momentLabel, scaleOf, ticksOf } from './scale.ts';
import { cursorMs, data, domain } from './state.ts';

interface WidthProps {
  readonly width: number;
}

const STEP_PX = 22;

/** Where faults are in force: behind everything, from top to bottom. */
export function Shades({ width }: WidthProps) {
  const x = scaleOf(domain.value, width);
  const spans = data.steps.flatMap(({ active }) => active);
  const recovery = data.recoveryFromMs;
  return (
    <svg
      class="tl-shades"
      width={width}
      viewBox={`0 0 ${String(width)} 100`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <path class="shade" d={rects(spans, x, 0, 100)} />
      {recovery !== null && (
        <line class="recovery" x1={x(recovery)} x2={x(recovery)} y1="0" y2="100" />
      )}
    </svg>
  );
}

/** One path for many spans; none thinner than a pixel, none outside the drawing. */
export function rects(
  spans: readonly ReportSpan[],
  x: (ms: number) => number,
  top: number,
  height: number,
): string {
  let path = '';
  for (const { fromMs, toMs } of spans) {
    const left = Math.max(-4, x(fromMs));
    const right = Math.min(1e5, Math.max(left + 1, x(toMs)));
    if (right < 0) continue;
    const wide = (right - left).toFixed(2);
    path += `M${left.toFixed(2)} ${String(top)}h${wide}v${String(height)}h-${wide}z`;
  }
  return path;
}

export function Axis({ width }: WidthProps) {
  const span = domain.value;
  const x = scaleOf(span, width);
  const ticks = ticksOf(span, width);
  return (
    <div class="tl-row tl-axis">
      <div class="tl-label">Lab time</div>
      <svg width={width} height="24" aria-hidden="true">
        {ticks.map((ms) => {
          const at = x(ms);
          const anchor = at < 16 ? 'start' : at > width - 24 ? 'end' : 'middle';
          return (
            <g key={ms}>
              <line x1={at} x2={at} y1="19" y2="24" />
              <text x={at} y="14" text-anchor={anchor}>
                {momentLabel(ms, span)}
              </text>
            </g>
          );
        })}
      </svg>
    </div>
  );
}

/** The steps of the timeline, each in a row of its own where they overlap; dark where its faults are in force. */
export function Steps({ width }: WidthProps) {
  const rows = pack(data.steps);
  const x = scaleOf(domain.value, width);
  const height = Math.max(1, rows.length) * STEP_PX + 4;
  const said = data.steps.map((step) => `${step.id}: ${step.describe}, ${spanMsText(step.span)}`);
  return (
    <div class="tl-row steps">
      <div class="tl-label">Faults</div>
      <svg width={width} height={height} role="img" aria-label={said.join('; ') || 'no faults'}>
        {rows.flatMap((row, i) =>
          row.map((step) => (
            <Step key={step.id} step={step} x={x} top={i * STEP_PX + 2} width={width} />
          )),
        )}
        {rows.length === 0 && (
          <text x="4" y="17">
            none
          </text>
        )}
      </svg>
    </div>
  );
}

interface StepProps {
  readonly step: PageStep;
  readonly x: (ms: number) => number;
  readonly top: number;
  readonly width: number;
}

function Step({ step, x, top, width }: StepProps) {
  const left = Math.max(0, x(step.span.fromMs));
  const right = Math.min(width, Math.max(left + 2, x(step.span.toMs)));
  if (right <= 0 || left >= width) return null;
  const room = right - left - 12;
  const full = `${step.id}  ${step.describe}`;
  const label = full.length * 5.8 < room ? full : step.id.length * 6.6 < room ? step.id : '';
  return (
    <g class="step-bar">
      <title>{`${step.id}: ${step.describe}, on ${step.target}, ${spanMsText(step.span)}`}</title>
      <rect class="step-window" x={left} y={top} width={right - left} height={STEP_PX - 4} rx="3" />
      <path class="step-active" d={rects(step.active, x, top, STEP_PX - 4)} />
      {label !== '' && (
        <text x={left + 6} y={top + 13}>
          <tspan class="step-id">{step.id}</tspan>
          {label === full && <tspan dx="7">{step.describe}</tspan>}
        </text>
      )}
    </g>
  );
}

function pack(steps: readonly PageStep[]): readonly (readonly PageStep[])[] {
  const rows: PageStep[][] = [];
  for (const step of steps) {
    const free = rows.find((row) => (row.at(-1)?.span.toMs ?? 0) <= step.span.fromMs);
    if (free === undefined) rows.push([step]);
    else free.push(step);
  }
  return rows;
}

/** The moment that is looked at: a line through everything, and a slider for hands and keyboards. */
export function Cursor({
  width,
  selection,
}: WidthProps & { readonly selection: Selection | null }) {
  const span = domain.value;
  const at = cursorMs.value;
  const x = scaleOf(span, width);
  const seen = at !== null && at >= span.fromMs && at <= span.toMs;
  return (
    <>
      <div class="tl-over" aria-hidden="true">
        {seen && <div class="tl-cursor" style={{ left: `${String(x(at))}px` }} />}
        {selection !== null && (
          <div
            class="tl-selection"
            style={{
              left: `${String(selection.from)}px`,
              width: `${String(selection.to - selection.from)}px`,
            }}
          />
        )}
      </div>
      <input
        class="tl-slider"
        type="range"
        aria-label="Moment to look at"
        aria-valuetext={at === null ? 'none' : momentLabel(at, span)}
        min={span.fromMs}
        max={span.toMs}
        step={(span.toMs - span.fromMs) / 1000}
        value={at ?? span.fromMs}
        onInput={(event) => {
          cursorMs.value = Number(event.currentTarget.value);
        }}
      />
    </>
  );
}
