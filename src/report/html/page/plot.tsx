import { trimmed } from '../../../check/words.ts';
import type { PagePlot, PageSeries } from '../page-data.ts';
import { scaleOf, type Scale } from './scale.ts';
import { cursorMs, domain } from './state.ts';

const PLOT_PX = 108;
const TOP = 8;
const BOTTOM = PLOT_PX - 8;

interface PlotProps {
  readonly plot: PagePlot;
  readonly width: number;
}

/** A quantity over time, one line a signal; the band is from the lowest to the highest of each second. */
export function Plot({ plot, width }: PlotProps) {
  const span = domain.value;
  const x = scaleOf(span, width);
  const { top: most, highest } = topOf(plot);
  const y = (value: number): number => BOTTOM - (Math.min(value, most) / most) * (BOTTOM - TOP);
  return (
    <div class="tl-row plot">
      <div class="tl-label">
        <span class="lane-name">
          {plot.name} <span class="unit">{plot.unit}</span>
        </span>
        {plot.series.map((series, i) => (
          <Legend key={series.name} series={series} index={i} />
        ))}
      </div>
      <svg width={width} height={PLOT_PX} role="img" aria-label={`${plot.name}, ${plot.summary}`}>
        {[0, most / 2, most].map((value) => (
          <g key={value} class="grid">
            <line x1="0" x2={width} y1={y(value)} y2={y(value)} />
            <text x={width - 4} y={y(value) + (value === 0 ? -3 : 11)} text-anchor="end">
              {trimmed(value, most < 4 ? 3 : 1)} {plot.unit}
              {value === most &&
                highest !== null &&
                ` (up to ${trimmed(highest, highest < 10 ? 1 : 0)} ${plot.unit})`}
            </text>
          </g>
        ))}
        {plot.series.map((series, i) => (
          <g key={series.name} class={`series series-${String(i % 4)}`}>
            <path class="band" d={band(series, x, y, width)} />
            <path class="line" d={line(series, x, y, width)} />
          </g>
        ))}
      </svg>
    </div>
  );
}

function Legend({ series, index }: { readonly series: PageSeries; readonly index: number }) {
  const at = cursorMs.value;
  const value = at === null ? undefined : valueAt(series, at);
  return (
    <span class={`legend series-${String(index % 4)}`}>
      <svg width="16" height="8" aria-hidden="true">
        <path class="line" d="M0 4H16" />
      </svg>
      {series.name}
      {value !== undefined && (
        <span class="lane-value">{value === null ? 'not known' : trimmed(value, 2)}</span>
      )}
    </span>
  );
}

function valueAt({ fromMs, value, toMs }: PageSeries, ms: number): number | null {
  if (ms > toMs) return null;
  let found: number | null = null;
  for (let i = 0; i < fromMs.length && (fromMs[i] ?? Infinity) <= ms; i += 1)
    found = value[i] ?? null;
  return found;
}

/**
 * The top of the axis. A few seconds far above all others would press those flat: then they run out of the picture, and
 * the label at the top says how high they go.
 */
function topOf(plot: PagePlot): { readonly top: number; readonly highest: number | null } {
  const lines = plot.series.flatMap(({ value }) => value.filter((v) => v !== null));
  const highs = plot.series.flatMap(({ high = [] }) => high.filter((v) => v !== null));
  const sorted = [...lines, ...highs].sort((a, b) => a - b);
  const highest = sorted.at(-1) ?? 0;
  const usual = sorted[Math.floor(sorted.length * 0.99)] ?? 0;
  const isFar = usual > 0 && highest > usual * 4;
  const wanted = Math.max(isFar ? usual * 1.3 : highest, 1e-3);
  const power = 10 ** Math.floor(Math.log10(wanted));
  const top = ([1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((n) => n * power >= wanted) ?? 10) * power;
  return { top, highest: isFar ? highest : null };
}

/** A second has one value, from its start to its end; one that is not known is a hole. */
function line(series: PageSeries, x: Scale, y: (value: number) => number, width: number): string {
  let path = '';
  let open = false;
  each(series, x, width, (left, right, i) => {
    const value = series.value[i] ?? null;
    if (value === null) {
      open = false;
      return;
    }
    const at = y(value).toFixed(1);
    path += open ? `V${at}` : `M${left.toFixed(1)} ${at}`;
    path += `H${right.toFixed(1)}`;
    open = true;
  });
  return path;
}

function band(series: PageSeries, x: Scale, y: (value: number) => number, width: number): string {
  const { low, high } = series;
  if (low === undefined || high === undefined) return '';
  let path = '';
  each(series, x, width, (left, right, i) => {
    const [from, to] = [low[i] ?? null, high[i] ?? null];
    if (from === null || to === null) return;
    path += `M${left.toFixed(1)} ${y(from).toFixed(1)}H${right.toFixed(1)}V${y(to).toFixed(1)}H${left.toFixed(1)}z`;
  });
  return path;
}

function each(
  { fromMs, toMs }: PageSeries,
  x: Scale,
  width: number,
  visit: (left: number, right: number, index: number) => void,
): void {
  fromMs.forEach((at, i) => {
    const [left, right] = [x(at), x(fromMs[i + 1] ?? toMs)];
    // one point beyond each edge, so that lines run out of the picture
    const length = Math.max(1, right - left);
    if (right < -length || left > width + length) return;
    visit(left, right, i);
  });
}
