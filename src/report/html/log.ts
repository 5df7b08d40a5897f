import { wayText } from '../../check/dose.ts';
import type { SignalHistories } from '../../check/signal-history.ts';
import type { Topology } from '../../lab/topology.ts';
import type { RunEvent } from '../../run/events.ts';
import type { ReportSource } from '../report-json.ts';
import { edgeText } from '../edge-text.ts';
import { frameFate, frameText } from '../frames.ts';
import type { Report } from '../report.ts';
import { shownValue } from '../signal-summary.ts';
import type { PageLane, PageLine } from './page-data.ts';

const MOST_LINES = 6000;
/** frames this close to a violation, ms, are kept first */
const NEAR_MS = 3000;

interface LogSource {
  readonly source: ReportSource;
  readonly histories: SignalHistories;
  readonly report: Report;
  readonly lanes: readonly PageLane[];
}

/** What happened, line by line: changes of the signals that are shown, faults, phases, and control frames. */
export function logOf({ source, histories, report, lanes }: LogSource): {
  readonly lines: readonly PageLine[];
  readonly leftOut: number;
} {
  const shown = new Set(lanes.map(({ name }) => name));
  const { topology } = source.run.plan;
  const lines: PageLine[] = [];
  for (const event of source.events) {
    const line = lineOf(event, { shown, histories, topology });
    if (line !== undefined) lines.push(line);
  }
  for (const story of source.frames) {
    const fate = frameFate(story);
    const end = fate === '' ? '' : `, ${fate}`;
    const t = Math.round(story.t / 1e3) / 1e3;
    lines.push({ t, kind: 'frame', text: `${frameText(story, topology)}${end}` });
  }
  lines.sort((a, b) => a.t - b.t);
  return kept(lines, report);
}

interface LineContext {
  readonly shown: ReadonlySet<string>;
  readonly histories: SignalHistories;
  readonly topology: Topology;
}

function lineOf(event: RunEvent, context: LineContext): PageLine | undefined {
  const { shown, histories, topology } = context;
  const t = Math.round(event.t / 1e3) / 1e3;
  switch (event.type) {
    case 'signal': {
      if (!shown.has(event.signal)) return undefined;
      const at = Math.round((event.since ?? event.t) / 1e3) / 1e3;
      const value = shownValue(event.value, histories.get(event.signal));
      return { t: at, kind: 'signal', text: `${event.signal} = ${value}` };
    }
    case 'edge':
      return { t, kind: 'fault', text: `${event.step} ${edgeText(event)}` };
    case 'triggered':
      return { t, kind: 'fault', text: `${event.step} ${event.edge} triggered: ${event.text}` };
    case 'target':
      return { t, kind: 'fault', text: `${event.step} ${event.by} is ${event.names.join(', ')}` };
    case 'guard':
      return { t, kind: 'fault', text: `guard ${event.guard} tripped: ${event.text}` };
    case 'act': {
      const how = event.problem ?? `exit code ${String(event.rc)}`;
      return {
        t,
        kind: 'run',
        text: `${event.step}, as ${event.node}: ${event.argv.join(' ')}: ${how}`,
      };
    }
    case 'skipped':
      return { t, kind: 'fault', text: `${event.step} not injected: ${event.reason}` };
    case 'in-force': {
      const way = wayText(event.link, event.direction, topology);
      return { t, kind: 'fault', text: `${event.step} read back on ${way}: ${event.readBack}` };
    }
    case 'phase':
      return { t, kind: 'run', text: event.phase };
    case 'service-exited': {
      const how = event.signal ?? String(event.code);
      return { t, kind: 'run', text: `${event.service} on ${event.node} exited (${how})` };
    }
    case 'gap':
      return { t, kind: 'run', text: `${String(event.lost)} records of ${event.source} lost` };
    case 'recovered':
      return { t, kind: 'run', text: 'recovered' };
    case 'not-recovered':
      return { t, kind: 'run', text: 'not recovered in time' };
    case 'run-ended':
      return { t, kind: 'run', text: `run ended: ${event.reason}` };
    default:
      return undefined;
  }
}

function kept(
  lines: readonly PageLine[],
  report: Report,
): { readonly lines: readonly PageLine[]; readonly leftOut: number } {
  if (lines.length <= MOST_LINES) return { lines, leftOut: 0 };
  const edges = report.checks
    .filter((check) => check.outcome !== 'pass')
    .flatMap((check) => check.violations.slice(0, 100));
  const isNear = ({ t }: PageLine): boolean =>
    edges.some(({ fromMs }) => t >= fromMs - NEAR_MS && t <= fromMs + NEAR_MS);
  const rank = (line: PageLine): number =>
    line.kind === 'frame' ? (isNear(line) ? 2 : 3) : line.kind === 'signal' ? 1 : 0;
  const ranked = lines.map((line, index) => ({ line, index, rank: rank(line) }));
  ranked.sort((a, b) => a.rank - b.rank || a.index - b.index);
  const chosen = ranked.slice(0, MOST_LINES).sort((a, b) => a.index - b.index);
  return { lines: chosen.map(({ line }) => line), leftOut: lines.length - MOST_LINES };
}
