import { wayText } from '../check/dose.ts';
import type { SignalHistories } from '../check/signal-history.ts';
import type { Span } from '../check/truth.ts';
import type { Topology } from '../lab/topology.ts';
import type { RunEvent } from '../run/events.ts';
import { shownValue } from './signal-summary.ts';

const AROUND_NS = 2e9;
/** What a person reads; the page and events.ndjson have the rest. */
const MOST_LINES = 48;
/** a signal that changes more often than this in the excerpt (one value a packet) says nothing line by line */
const MOST_CHANGES = 6;
/** frames before the start of the violation that are kept when there are too many */
const FRAMES_BEFORE = 16;

interface Line {
  readonly t: number;
  readonly frame: boolean;
  /** the signal whose change it is */
  readonly signal?: string;
  readonly text: string;
}

export interface ExcerptSource {
  readonly violation: Span;
  /** the signals that the check reads: always shown */
  readonly signals: readonly string[];
  readonly events: readonly RunEvent[];
  readonly histories: SignalHistories;
  readonly topology: Topology;
}

/**
 * What happened around a violation, as text: changes of signals, edges of faults, and the control frames that entered
 * and left the wires. Frames give way first, those far from the start of the violation before the near ones.
 */
export function excerptAround(source: ExcerptSource): string[] {
  const { violation, events } = source;
  const fromNs = violation.fromNs - AROUND_NS;
  const toNs = Math.min(violation.toNs, violation.fromNs + AROUND_NS) + AROUND_NS;
  const last = new Map<string, string>();
  const all: Line[] = [];
  for (const event of events) {
    const text = describe(event, last, source);
    const t = event.type === 'signal' ? (event.since ?? event.t) : event.t;
    if (text === undefined || t < fromNs || t > toNs) continue;
    const signal = event.type === 'signal' ? { signal: event.signal } : {};
    all.push({ t, frame: event.type === 'frame', text, ...signal });
  }
  const lines = all.filter((line) => isTelling(line, all, source));
  lines.sort((a, b) => a.t - b.t);
  const kept = thin(lines, violation.fromNs);
  const out = kept.map(({ t, text }) => `${(t / 1e9).toFixed(3).padStart(9)} s  ${text}`);
  const mark = kept.findIndex(({ t }) => t >= violation.fromNs);
  if (mark !== -1) {
    const at = (violation.fromNs / 1e9).toFixed(3).padStart(9);
    out.splice(mark, 0, `${at} s  ------ the violation begins`);
  }
  const left = lines.length - kept.length;
  if (left > 0) out.push(`${' '.repeat(13)}(${String(left)} more in events.ndjson)`);
  return out;
}

function describe(
  event: RunEvent,
  last: Map<string, string>,
  { topology, histories }: ExcerptSource,
): string | undefined {
  switch (event.type) {
    case 'signal': {
      const value = shownValue(event.value, histories.get(event.signal));
      const before = last.get(event.signal);
      last.set(event.signal, value);
      return `signal ${event.signal}: ${before === undefined ? '' : `${before} -> `}${value}`;
    }
    case 'frame': {
      const way = wayText(event.link, event.direction, topology);
      return `${event.stage === 'in' ? 'sent  ' : 'passed'} ${way}  ${event.summary}`;
    }
    case 'edge':
      return `fault  ${event.step} ${event.edge}`;
    case 'service-exited':
      return `exit   ${event.service} on ${event.node} (${event.signal ?? String(event.code)})`;
    case 'gap':
      return `gap    ${String(event.lost)} records of ${event.source} lost`;
    case 'phase':
      return `phase  ${event.phase}`;
    default:
      return undefined;
  }
}

/** What the check reads; else states, and conditions that are not one value a packet. */
function isTelling(line: Line, all: readonly Line[], source: ExcerptSource): boolean {
  const { signal } = line;
  if (signal === undefined || source.signals.includes(signal)) return true;
  const type = source.histories.get(signal)?.declared?.valueType;
  if (type !== 'boolean' && type !== 'state' && type !== 'count') return false;
  return all.filter((other) => other.signal === signal).length <= MOST_CHANGES;
}

function thin(lines: readonly Line[], startNs: number): readonly Line[] {
  if (lines.length <= MOST_LINES) return lines;
  const others = lines.filter((line) => !line.frame).slice(0, MOST_LINES);
  const room = MOST_LINES - others.length;
  const frames = lines.filter((line) => line.frame);
  const before = frames.filter((line) => line.t < startNs).slice(-Math.min(FRAMES_BEFORE, room));
  const after = frames.filter((line) => line.t >= startNs).slice(0, room - before.length);
  const kept = new Set<Line>([...others, ...before, ...after]);
  return lines.filter((line) => kept.has(line));
}
