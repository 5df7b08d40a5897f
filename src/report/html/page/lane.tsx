import type { ReportSpan } from '../../report.ts';
import type { PageLane } from '../page-data.ts';
import { rects } from './frame.tsx';
import { scaleOf, type Scale } from './scale.ts';
import { cursorMs, data, domain } from './state.ts';

type Value = PageLane['steps'][number];

interface Piece extends ReportSpan {
  readonly value: Value;
}

interface LaneProps {
  readonly lane: PageLane;
  readonly width: number;
  /** the first of its observer or probe */
  readonly first: boolean;
}

/** the value of a bucket in which there were several (lanes.ts) */
const MANY = '~';
const BOOLEAN_PX = 24;
const STATE_PX = 26;
const COUNT_PX = 40;
/** a state or count is written into its piece when there is room for it */
const CHARACTER_PX = 6.3;
const MOST_WORDS = 80;

/** One signal over time. */
export function Lane({ lane, width, first }: LaneProps) {
  const height = { boolean: BOOLEAN_PX, state: STATE_PX, count: COUNT_PX }[lane.type];
  const span = domain.value;
  const x = scaleOf(span, width);
  const pieces = piecesIn(lane, span);
  return (
    <div class={`tl-row lane ${first ? 'owner' : ''}`}>
      <div class="tl-label" title={lane.about}>
        <span class="lane-name">{lane.name}</span>
        <ValueAtCursor lane={lane} />
      </div>
      <svg
        class={`lane-${lane.type}`}
        width={width}
        height={height}
        role="img"
        aria-label={`${lane.name}: ${lane.summary}`}
      >
        <path class="unknown" d={rects(of(pieces, null), x, height / 2 - 4, 8)} />
        {lane.type === 'boolean' && <BooleanPieces pieces={pieces} x={x} />}
        {lane.type === 'count' && <CountPieces lane={lane} pieces={pieces} x={x} />}
        {lane.type === 'state' && <StatePieces lane={lane} pieces={pieces} x={x} width={width} />}
        <Violations lane={lane} x={x} height={height} />
      </svg>
    </div>
  );
}

function ValueAtCursor({ lane }: { readonly lane: PageLane }) {
  const at = cursorMs.value;
  if (at === null) return null;
  const value = valueAt(lane, at);
  const text = value === null ? 'not known' : value === MANY ? 'many' : String(value);
  return <span class="lane-value">{text}</span>;
}

interface PiecesProps {
  readonly pieces: readonly Piece[];
  readonly x: Scale;
}

function BooleanPieces({ pieces, x }: PiecesProps) {
  return (
    <>
      <path class="off" d={rects(of(pieces, false), x, 12, 1.5)} />
      <path class="on" d={rects(of(pieces, true), x, 8, 9)} />
      <path class="many" d={rects(of(pieces, MANY), x, 8, 9)} />
    </>
  );
}

/** A step function with its height as the count; words where there is room. */
function CountPieces({ lane, pieces, x }: PiecesProps & { readonly lane: PageLane }) {
  const most = Math.max(1, ...numbersOf(lane));
  const y = (value: number): number => COUNT_PX - 8 - (value / most) * (COUNT_PX - 16);
  let line = '';
  let area = '';
  for (const { value, fromMs, toMs } of pieces) {
    if (typeof value !== 'number') {
      line += 'M';
      continue;
    }
    const [left, right] = [clamp(x(fromMs)), clamp(x(toMs))];
    const from = line === '' || line.endsWith('M') ? 'M' : 'L';
    line = `${line.endsWith('M') ? line.slice(0, -1) : line}${from}${left.toFixed(1)} ${y(value).toFixed(1)}H${right.toFixed(1)}`;
    area += `M${left.toFixed(1)} ${y(0).toFixed(1)}V${y(value).toFixed(1)}H${right.toFixed(1)}V${y(0).toFixed(1)}z`;
  }
  return (
    <>
      <path class="count-area" d={area} />
      <path class="count-line" d={line.endsWith('M') ? line.slice(0, -1) : line} />
      <path class="many" d={rects(of(pieces, MANY), x, 8, COUNT_PX - 16)} />
      {worded(pieces, x).map(({ piece, left }) => (
        <text
          key={piece.fromMs}
          x={left + 4}
          y={typeof piece.value === 'number' && y(piece.value) < 16 ? 19 : 17}
        >
          {String(piece.value)}
        </text>
      ))}
    </>
  );
}

function StatePieces({
  lane,
  pieces,
  x,
  width,
}: PiecesProps & { readonly lane: PageLane; readonly width: number }) {
  const states = [...new Set(valuesOf(lane))].filter((value) => value !== null && value !== MANY);
  return (
    <>
      {states.map((state, i) => (
        <path
          key={String(state)}
          class={`state state-${String(i % 6)}`}
          d={rects(of(pieces, state), x, 4, STATE_PX - 8)}
        />
      ))}
      <path class="many" d={rects(of(pieces, MANY), x, 4, STATE_PX - 8)} />
      {worded(pieces, x).map(({ piece, left }) =>
        left < width ? (
          <text key={piece.fromMs} x={left + 6} y="17">
            {String(piece.value)}
          </text>
        ) : null,
      )}
    </>
  );
}

/** What no check that reads this signal allowed. */
function Violations({
  lane,
  x,
  height,
}: {
  readonly lane: PageLane;
  readonly x: Scale;
  readonly height: number;
}) {
  const bad = data.report.checks.filter(({ signals }) => signals.includes(lane.name));
  const failed = bad.filter(({ outcome }) => outcome === 'fail').flatMap((c) => c.violations);
  const allowed = bad.filter(({ outcome }) => outcome !== 'fail').flatMap((c) => c.violations);
  return (
    <>
      <path class="spent" d={rects(allowed, x, height - 3, 2)} />
      <path class="bad" d={rects(failed, x, height - 4, 3)} />
    </>
  );
}

function piecesIn({ steps }: PageLane, { fromMs, toMs }: ReportSpan): readonly Piece[] {
  const pieces: Piece[] = [];
  for (let i = 0; i < steps.length; i += 2) {
    const start = Number(steps[i]);
    if (start > toMs) break;
    const end = i + 2 < steps.length ? Number(steps[i + 2]) : data.span.toMs;
    if (end < fromMs) continue;
    pieces.push({
      fromMs: Math.max(start, fromMs),
      toMs: Math.min(end, toMs),
      value: steps[i + 1] ?? null,
    });
  }
  return pieces;
}

function worded(
  pieces: readonly Piece[],
  x: Scale,
): readonly { readonly piece: Piece; readonly left: number }[] {
  return pieces
    .filter(({ value }) => value !== null && value !== MANY)
    .map((piece) => ({ piece, left: Math.max(0, x(piece.fromMs)), right: x(piece.toMs) }))
    .filter(
      ({ piece, left, right }) => right - left > String(piece.value).length * CHARACTER_PX + 12,
    )
    .slice(0, MOST_WORDS);
}

function valueAt({ steps }: PageLane, ms: number): Value {
  let value: Value = null;
  for (let i = 0; i < steps.length && Number(steps[i]) <= ms; i += 2) value = steps[i + 1] ?? null;
  return value;
}

function of(pieces: readonly Piece[], value: Value): readonly Piece[] {
  return pieces.filter((piece) => piece.value === value);
}

function valuesOf({ steps }: PageLane): readonly Value[] {
  return steps.filter((_, i) => i % 2 === 1);
}

function numbersOf(lane: PageLane): readonly number[] {
  return valuesOf(lane).filter((value) => typeof value === 'number');
}

function clamp(px: number): number {
  return Math.max(-4, Math.min(px, 1e5));
}
