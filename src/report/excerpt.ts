import type { SignalHistories } from '../check/signal-history.ts';
import type { Span } from '../check/truth.ts';
import type { Plan } from '../plan/plan.ts';
import type { RunEvent } from '../run/events.ts';
import { edgeText } from './edge-text.ts';
import { frameFate, frameText, type FrameStory } from './frames.ts';
import { shownValue } from './signal-summary.ts';

const AROUND_NS = 2e9;
/** What a person reads; the page and events.ndjson have the rest. */
const MOST_LINES = 40;
/** a signal that changes more often than this in the excerpt (one value a packet) says nothing line by line */
const MOST_CHANGES = 6;

/** the same frame again within this is one line */
const REPEATED_NS = 50e6;

interface Line {
  readonly t: number;
  /** what goes first when there is too much: 0 never */
  readonly rank: 0 | 1 | 2 | 3;
  /** the signal whose change it is */
  readonly signal?: string;
  readonly text: string;
}

export interface ExcerptSource {
  readonly violation: Span;
  /** the signals that the check reads: always shown */
  readonly signals: readonly string[];
  readonly events: readonly RunEvent[];
  readonly frames: readonly FrameStory[];
  readonly histories: SignalHistories;
  readonly plan: Plan;
}

/**
 * What happened around a violation, as text: edges of faults, changes of signals, and the control frames with their
 * fate. Where there is too much, frames of links that no fault touches go first, then other signals than the check's,
 * then those far from the start of the violation.
 */
export function excerptAround(source: ExcerptSource): string[] {
  const { violation } = source;
  const fromNs = violation.fromNs - AROUND_NS;
  const toNs = Math.min(violation.toNs, violation.fromNs + AROUND_NS) + AROUND_NS;
  const inside = ({ t }: { readonly t: number }): boolean => t >= fromNs && t <= toNs;
  const changes = eventLines(source).filter(inside);
  const lines = [
    ...changes.filter((line) => isTelling(line, changes, source)),
    ...frameLines(source, inside),
  ].sort((a, b) => a.t - b.t);
  const kept = thin(lines, violation.fromNs);
  const out = kept.map(({ t, text }) => `${momentAt(t)}  ${text}`);
  const mark = kept.findIndex(({ t }) => t >= violation.fromNs);
  out.splice(mark === -1 ? out.length : mark, 0, `${momentAt(violation.fromNs)}  ------ the violation begins`); // prettier-ignore
  const left = lines.length - kept.length;
  if (left > 0) out.push(`${' '.repeat(13)}(${String(left)} more in events.ndjson)`);
  return out;
}

function momentAt(t: number): string {
  return `${(t / 1e9).toFixed(3).padStart(9)} s`;
}

function eventLines(source: ExcerptSource): readonly Line[] {
  const last = new Map<string, string>();
  return source.events.flatMap((event): Line[] => {
    if (event.type === 'signal') return [signalLine(event, last, source)];
    const text = describe(event);
    return text === undefined ? [] : [{ t: event.t, rank: 0, text }];
  });
}

function signalLine(
  event: RunEvent & { readonly type: 'signal' },
  last: Map<string, string>,
  { histories, signals }: ExcerptSource,
): Line {
  const { signal } = event;
  const value = shownValue(event.value, histories.get(signal));
  const before = last.get(signal);
  last.set(signal, value);
  const text = `signal ${signal}: ${before === undefined ? '' : `${before} -> `}${value}`;
  return { t: event.since ?? event.t, rank: signals.includes(signal) ? 0 : 2, signal, text };
}

function describe(event: RunEvent): string | undefined {
  switch (event.type) {
    case 'edge':
      return `fault  ${event.step} ${edgeText(event)}`;
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

function frameLines(
  { frames, plan }: ExcerptSource,
  inside: (at: { readonly t: number }) => boolean,
): readonly Line[] {
  const faulted = new Set(
    plan.steps.flatMap((step) =>
      step.faults.flatMap((fault) => fault.target.directions.map(({ link }) => link)),
    ),
  );
  const lines: (Line & { times: number })[] = [];
  const last = new Map<string, Line & { times: number }>();
  for (const story of frames.filter(inside)) {
    const fate = frameFate(story);
    const text = `frame  ${frameText(story, plan.topology)}`;
    const key = `${text} ${fate.split(' ')[0] ?? ''}`;
    const before = last.get(key);
    if (before !== undefined && story.t - before.t < REPEATED_NS) {
      before.times += 1;
      continue;
    }
    const rank = faulted.has(story.link) ? 1 : 3;
    const end = fate === '' ? '' : `  ${fate.replace('lost', 'LOST')}`;
    const line: Line & { times: number } = { t: story.t, rank, times: 1, text: text + end };
    lines.push(line);
    last.set(key, line);
  }
  return lines.map(({ times, text, ...line }) => ({
    ...line,
    text: times === 1 ? text : `${text}, ${String(times)} times`,
  }));
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
  const far = (line: Line): number => Math.abs(line.t - startNs);
  const wanted = [...lines].sort((a, b) => a.rank - b.rank || far(a) - far(b));
  const kept = new Set(wanted.slice(0, MOST_LINES));
  return lines.filter((line) => kept.has(line));
}
