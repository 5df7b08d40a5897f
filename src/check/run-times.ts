import type { PlannedStep } from '../plan/plan.ts';
import type { RunEndReason, RunEvent } from '../run/events.ts';
import type { RunFile } from '../run/run-file.ts';
import { conditionText } from './conditions-text.ts';

/** A step as it was really played. Times in ns since ready. */
export interface StepTimes {
  readonly id: string;
  readonly startNs: number;
  /** null: the run was over before the step was */
  readonly endNs: number | null;
  /** intervals in which its faults were in force; an open one ends with the run */
  readonly active: readonly { readonly fromNs: number; readonly toNs: number }[];
}

/** The frame of a run: what the windows of the language are made of. */
export interface RunTimes {
  /** t = 0 was reached */
  readonly ready: boolean;
  /** the end of what was watched: when `settled` was judged, or the last event of a run that did not get there */
  readonly endNs: number;
  readonly recoveryFromNs: number | null;
  /** the moment from which the recovery condition held */
  readonly recoveredSinceNs: number | null;
  readonly reason: RunEndReason | 'cut';
  readonly message: string | null;
  /** only steps that were started */
  readonly steps: ReadonlyMap<string, StepTimes>;
  /** why others were not, as far as the run says */
  readonly skipped: ReadonlyMap<string, string>;
}

/** Reads the frame of a run from its events. With `--no-faults` steps have no edges: their windows are the plan's. */
export function runTimes(run: RunFile, events: readonly RunEvent[]): RunTimes {
  let ready = false;
  let recoveryFromNs: number | null = null;
  let recoveredSinceNs: number | null = null;
  let settledNs: number | null = null;
  let ended: (RunEvent & { type: 'run-ended' }) | null = null;
  let lastNs = 0;
  for (const event of events) {
    lastNs = Math.max(lastNs, event.t);
    if (event.type === 'ready') ready = true;
    else if (event.type === 'recovered') recoveredSinceNs = event.since;
    else if (event.type === 'run-ended') ended = event;
    else if (event.type === 'phase' && event.phase === 'recovery') recoveryFromNs = event.t;
    else if (event.type === 'phase' && event.phase === 'settled') settledNs = event.t;
  }
  const endNs = settledNs ?? ended?.t ?? lastNs;
  return {
    ready,
    endNs,
    recoveryFromNs,
    recoveredSinceNs,
    reason: ended?.reason ?? 'cut',
    message: ended?.message ?? null,
    skipped: run.noFaults ? liveSteps(run) : skippedSteps(events),
    steps: run.noFaults ? plannedSteps(run, endNs, ready) : playedSteps(events, endNs),
  };
}

interface Playing {
  startNs: number;
  endNs: number | null;
  onNs: number | null;
  readonly active: { fromNs: number; toNs: number }[];
}

/** A window holds every moment at which its faults can have acted: from before the first call to after the last. */
function playedSteps(events: readonly RunEvent[], endNs: number): ReadonlyMap<string, StepTimes> {
  const playing = new Map<string, Playing>();
  for (const event of events) {
    if (event.type !== 'edge' || event.edge === 'row') continue;
    let step = playing.get(event.step);
    if (step === undefined) {
      step = { startNs: event.from, endNs: null, onNs: null, active: [] };
      playing.set(event.step, step);
    }
    if (event.edge === 'start') step.startNs = event.from;
    else if (event.edge === 'on') step.onNs ??= event.from;
    else if (event.edge === 'off') closeActive(step, event.to);
    else {
      closeActive(step, event.to);
      step.endNs = event.to;
    }
  }
  const steps = new Map<string, StepTimes>();
  for (const [id, step] of playing) {
    closeActive(step, endNs);
    steps.set(id, { id, startNs: step.startNs, endNs: step.endNs, active: step.active });
  }
  return steps;
}

function closeActive(step: Playing, toNs: number): void {
  if (step.onNs !== null) step.active.push({ fromNs: step.onNs, toNs });
  step.onNs = null;
}

function skippedSteps(events: readonly RunEvent[]): ReadonlyMap<string, string> {
  return new Map(
    events.flatMap((event) => {
      if (event.type !== 'skipped') return [];
      const unmet = (event.conditions ?? []).filter((condition) => condition.value !== true);
      const last = unmet.length === 0 ? '' : ` (at the end ${unmet.map(conditionText).join('; ')})`;
      return [[event.step, `${event.reason}${last}`] as const];
    }),
  );
}

/** Without faults nothing is triggered: nobody knows when those steps would have been. */
function liveSteps(run: RunFile): ReadonlyMap<string, string> {
  const live = run.plan.steps.filter(({ starts }) => starts !== undefined);
  return new Map(live.map(({ id }) => [id, 'only faults could have triggered it'] as const));
}

function plannedSteps(run: RunFile, endNs: number, ready: boolean): ReadonlyMap<string, StepTimes> {
  const started = run.plan.steps.filter(
    (step) => ready && step.starts === undefined && step.startNs <= endNs,
  );
  return new Map(started.map((step) => [step.id, plannedTimes(step, endNs)]));
}

function plannedTimes(step: PlannedStep, endNs: number): StepTimes {
  return {
    id: step.id,
    startNs: step.startNs,
    endNs: step.endNs <= endNs ? step.endNs : null,
    active: [],
  };
}
