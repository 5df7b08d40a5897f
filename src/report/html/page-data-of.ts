import type { RunTimes } from '../../check/run-times.ts';
import type { ReportSource } from '../report-json.ts';
import type { Report, ReportSpan } from '../report.ts';
import { lanesOf } from './lanes.ts';
import { logOf } from './log.ts';
import type { PageData, PageStep } from './page-data.ts';
import { plotsOf } from './plots.ts';
import { tracksOf } from './tracks.ts';
import { topologyPicture } from './topology-picture.ts';

/** Everything that the page shows, as a function of the run. */
export function pageDataOf(source: ReportSource, report: Report): PageData {
  const { run, events, result } = source;
  const { histories, times } = source.context;
  // a lab that never became ready has nothing but its set-up to show, which lies before 0
  const span = { fromNs: times.ready ? 0 : Math.min(0, events[0]?.t ?? 0), toNs: result.endNs };
  const lanes = lanesOf({ histories, plan: run.plan, report, span });
  const { lines, leftOut } = logOf({ source, histories, report, lanes });
  return {
    report,
    span: { fromMs: span.fromNs / 1e6, toMs: Math.max(span.fromNs / 1e6 + 1, span.toNs / 1e6) },
    recoveryFromMs: times.recoveryFromNs === null ? null : times.recoveryFromNs / 1e6,
    steps: run.plan.steps.flatMap((step) => pageStep(step.id, source, times, report)),
    tracks: tracksOf(source.frames, run.plan, span.fromNs),
    lanes,
    plots: plotsOf({ events, histories, plan: run.plan, span }),
    log: lines,
    logLeftOut: leftOut,
    topology: topologyPicture(run.plan),
  };
}

function pageStep(
  id: string,
  { run, result }: ReportSource,
  times: RunTimes,
  report: Report,
): PageStep[] {
  const played = times.steps.get(id);
  const planned = run.plan.steps.find((step) => step.id === id);
  if (played === undefined || planned === undefined) return [];
  const faults = report.faults.filter((fault) => fault.step === id);
  return [
    {
      id,
      describe: planned.describe,
      kinds: [...new Set(faults.map((fault) => fault.kind))],
      target: [...new Set(faults.map((fault) => fault.target))].join(', '),
      span: spanOf(played.startNs, played.endNs ?? result.endNs),
      active: played.active.map(({ fromNs, toNs }) => spanOf(fromNs, toNs)),
    },
  ];
}

function spanOf(fromNs: number, toNs: number): ReportSpan {
  return { fromMs: fromNs / 1e6, toMs: toNs / 1e6 };
}
