import type { CheckContext } from '../check/check-context.ts';
import { doseText } from '../check/dose.ts';
import type { BudgetUse, CheckResult, FaultResult, Margin, RunResult } from '../check/result.ts';
import type { SignalHistories } from '../check/signal-history.ts';
import type { Span } from '../check/truth.ts';
import { attachedLines } from '../plan/describe-attached.ts';
import type { HostEvent, RunEvent } from '../run/events.ts';
import type { RunFile } from '../run/run-file.ts';
import { excerptAround } from './excerpt.ts';
import type { FrameStory } from './frames.ts';
import {
  REPORT_SCHEMA,
  type Report,
  type ReportCheck,
  type ReportFault,
  type ReportRun,
  type ReportSpan,
} from './report.ts';
import { describeSignals } from './signal-summary.ts';

/** Everything that a report is made from; all of it is in the run directory. */
export interface ReportSource {
  readonly run: RunFile;
  readonly events: readonly RunEvent[];
  readonly host: readonly HostEvent[];
  readonly result: RunResult;
  /** SHA-256 of events.ndjson */
  readonly digest: string;
  /** the step functions and the frame of the run, made once for all */
  readonly context: CheckContext;
  readonly frames: readonly FrameStory[];
}

/** The content of report.json, of which every other format is a rendering. */
export function reportOf(source: ReportSource): Report {
  const { run, events, host, result, digest, context } = source;
  const { verdict, dose, clean } = result;
  return {
    schema: REPORT_SCHEMA,
    run: runFacts(run, host, result),
    verdict: {
      outcome: result.outcome,
      reason: result.reason,
      details: [...result.details],
      checks: verdict.outcome,
    },
    dose: { outcome: dose.outcome, problems: [...dose.problems] },
    host: { ...result.host, problems: [...result.host.problems] },
    clean: { outcome: clean.outcome, left: [...clean.left] },
    checks: checkFacts(source, context.histories),
    measures: result.measures.map(({ window, windowText, notes, ...rest }) => ({
      ...rest,
      window: windowText,
      span: spanMs(window),
      notes: [...notes],
    })),
    faults: dose.faults.map((fault) => faultFacts(fault, run)),
    signals: describeSignals(context.histories, result.endNs),
    notes: notesOf(run, events, context.times.skipped),
    digest,
  };
}

function runFacts(run: RunFile, host: readonly HostEvent[], result: RunResult): ReportRun {
  const { plan } = run;
  const { topology } = plan;
  return {
    id: run.id,
    scenario: plan.name,
    about: plan.about,
    file: plan.file,
    variant: variantOf(run.command),
    seed: plan.seed,
    kernel: run.kernel,
    clock: run.clock,
    driver: run.driver,
    why: run.why,
    startedAt: run.startedAt,
    durationMs: toMs(result.endNs),
    wallMs: wallMs(host),
    endReason: result.endReason,
    noFaults: run.noFaults,
    command: [...run.command],
    lab: {
      name: topology.name,
      file: topology.file,
      nodes: topology.nodes.length,
      links: topology.links.length,
    },
    build: { ...run.build },
    versions: { ...run.versions },
    git: run.git === null ? null : { ...run.git },
  };
}

/** `--set name=value` of the command: what tells the cells of a sweep apart. */
function variantOf(command: readonly string[]): string[] {
  return command.flatMap((argument, i) => {
    if (argument.startsWith('--set=')) return [argument.slice('--set='.length)];
    const value = command[i + 1];
    return argument === '--set' && value !== undefined ? [value] : [];
  });
}

function wallMs(host: readonly HostEvent[]): number | null {
  const ended = host.findLast((event) => event.type === 'ended');
  if (ended?.type === 'ended') return ended.wallMs;
  const [first, last] = [host[0], host.at(-1)];
  return first === undefined || last === undefined ? null : last.wall - first.wall;
}

function checkFacts(source: ReportSource, histories: SignalHistories): ReportCheck[] {
  const first = source.result.checks.find((check) => check.outcome === 'fail');
  return source.result.checks.map((check) => ({
    name: check.name,
    form: check.form,
    outcome: check.outcome,
    expected: check.expected,
    observed: check.observed,
    margin: marginMs(check.margin),
    notes: [...check.notes],
    known: check.known,
    window: spanMs(check.window),
    violations: check.violations.map((violation) => sureSpan(violation)),
    unknownMs: toMs(check.unknownNs),
    budget: check.budget.map(budgetMs),
    signals: [...check.signals],
    excerpt: check === first ? excerptOf(check, source, histories) : [],
  }));
}

function excerptOf(
  check: CheckResult,
  { run, events, frames }: ReportSource,
  histories: SignalHistories,
): string[] {
  const violation = check.violations[0];
  if (violation === undefined) return [];
  const { signals } = check;
  return excerptAround({ violation, signals, events, frames, histories, plan: run.plan });
}

function budgetMs(use: BudgetUse): ReportCheck['budget'][number] {
  const { of, unit, observed, allowed, resolution } = use;
  const scale = scaleOf(unit);
  return {
    of,
    unit: scale.unit,
    observed: observed === null ? null : observed * scale.factor,
    allowed: allowed * scale.factor,
    resolution: resolution * scale.factor,
  };
}

function marginMs(margin: Margin | null): ReportCheck['margin'] {
  if (margin === null) return null;
  const scale = scaleOf(margin.unit);
  return { of: margin.of, unit: scale.unit, value: margin.value * scale.factor };
}

function scaleOf(unit: BudgetUse['unit']): { factor: number; unit: 'ms' | 'episodes' } {
  return unit === 'ns' ? { factor: 1e-6, unit: 'ms' } : { factor: 1, unit };
}

function faultFacts(fault: FaultResult, run: RunFile): ReportFault {
  const several = run.plan.steps.find(({ id }) => id === fault.step)?.faults.length ?? 1;
  const measured = fault.doses.map(
    (dose) =>
      `${dose.quantity} ${doseText(dose.quantity, dose.measured)} on ${dose.way} (n = ${String(dose.seen)})`,
  );
  return {
    id: several > 1 ? `${fault.step}#${String(fault.index)}` : fault.step,
    step: fault.step,
    kind: fault.kind,
    target: fault.target,
    startMs: fault.window === null ? null : toMs(fault.window.fromNs),
    endMs: fault.window === null ? null : toMs(fault.window.toNs),
    asked: fault.describe,
    measured:
      fault.window === null
        ? 'not injected'
        : [...fault.acted, ...fault.failures, ...measured].join('; ') || 'not counted',
    doses: fault.doses.map((dose) => ({ ...dose })),
  };
}

function notesOf(
  run: RunFile,
  events: readonly RunEvent[],
  skipped: ReadonlyMap<string, string>,
): string[] {
  const notes: string[] = [];
  if (run.clock === 'warp') {
    notes.push(
      'Warp clock: computing and disk take no time, so delays and latencies omit them. Times that protocols wait for are exact.',
    );
  }
  const about = attachedLines(run.plan.topology);
  notes.push(...about.map((line) => `${line[0]?.toUpperCase() ?? ''}${line.slice(1)}.`));
  for (const [step, why] of skipped) notes.push(`Step ${step} was not injected: ${why}.`);
  if (run.noFaults) notes.push('A control run: --no-faults, nothing was injected.');
  for (const event of events) {
    if (event.type === 'notice') {
      const where = [event.node, event.key].filter((part) => part !== undefined).join(' ');
      notes.push(where === '' ? event.message : `${where}: ${event.message}`);
    }
  }
  const lost = events.filter((event) => event.type === 'gap');
  for (const gap of lost) {
    const when = `${String(toMs(gap.since))} .. ${String(toMs(gap.t))} ms`;
    notes.push(`${String(gap.lost)} records of ${gap.source} were lost at ${when}.`);
  }
  return [...new Set(notes)];
}

function spanMs(span: Span | null): ReportSpan | null {
  return span === null ? null : sureSpan(span);
}

function sureSpan({ fromNs, toNs }: Span): ReportSpan {
  return { fromMs: toMs(fromNs), toMs: toMs(toNs) };
}

/** ns to ms, exact to the ns */
function toMs(ns: number): number {
  return Math.round(ns) / 1e6;
}
