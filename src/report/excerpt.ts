import { wayText } from '../check/dose.ts';
import type { Span } from '../check/truth.ts';
import type { Topology } from '../lab/topology.ts';
import type { RunEvent } from '../run/events.ts';

const AROUND_NS = 2e9;
/** What a person reads; the page and events.ndjson have the rest. */
const MOST_LINES = 48;
/** frames before the start of the violation that are kept when there are too many */
const FRAMES_BEFORE = 16;

interface Line {
  readonly t: number;
  readonly frame: boolean;
  readonly text: string;
}

/**
 * What happened around a violation, as text: changes of signals, edges of faults, and the control frames that entered
 * and left the wires. Frames give way first, those far from the start of the violation before the near ones.
 */
export function excerptAround(
  violation: Span,
  events: readonly RunEvent[],
  topology: Topology,
): string[] {
  const fromNs = violation.fromNs - AROUND_NS;
  const toNs = Math.min(violation.toNs, violation.fromNs + AROUND_NS) + AROUND_NS;
  const last = new Map<string, string>();
  const lines: Line[] = [];
  for (const event of events) {
    const text = describe(event, last, topology);
    const t = event.type === 'signal' ? (event.since ?? event.t) : event.t;
    if (text === undefined || t < fromNs || t > toNs) continue;
    lines.push({ t, frame: event.type === 'frame', text });
  }
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
  topology: Topology,
): string | undefined {
  switch (event.type) {
    case 'signal': {
      const value = event.value === null ? 'not known' : String(event.value);
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
