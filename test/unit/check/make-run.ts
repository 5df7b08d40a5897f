import type {
  PlannedCheck,
  PlannedMeasure,
  PlannedWindow,
  WindowEdge,
} from '../../../src/plan/plan.ts';
import type { HostEvent, RunEvent, RunEndReason, SignalType } from '../../../src/run/events.ts';
import type { RunFile } from '../../../src/run/run-file.ts';
import { parseExpression } from '../../../src/scenario/expression/parse.ts';
import type { SignalValue } from '../../../src/scenario/expression/ast.ts';
import { flakyWanRun } from '../../golden/flaky-wan-run.ts';

export const S = 1e9;
export const position = { file: 'x.yml', line: 1, column: 1 };

export interface Spec {
  /** name -> [second, value] ...; declared with `resolutionMs` */
  readonly signals?: Readonly<Record<string, readonly (readonly [number, SignalValue])[]>>;
  readonly types?: Readonly<Record<string, SignalType>>;
  readonly resolutionMs?: number;
  /** step -> [start, end] in seconds; end null: the run was over first */
  readonly steps?: Readonly<Record<string, readonly [number, number | null]>>;
  readonly endS?: number;
  readonly reason?: RunEndReason | 'cut';
  readonly ready?: boolean;
  readonly checks?: readonly PlannedCheck[];
  readonly measures?: readonly PlannedMeasure[];
  readonly clock?: 'real' | 'warp';
  readonly more?: readonly RunEvent[];
  readonly plan?: Partial<RunFile['plan']>;
}

const template = flakyWanRun(1).run;

/** A run with just these signals and steps; t = 0 is ready. */
export function makeRun(spec: Spec): { readonly run: RunFile; readonly events: RunEvent[] } {
  const { signals = {}, types = {}, steps = {}, endS = 100, reason = 'completed' } = spec;
  const events: RunEvent[] = [{ t: -S, type: 'run-started', scenario: 'x', seed: 1 }];
  for (const [signal, values] of Object.entries(signals)) {
    const valueType = types[signal] ?? 'count';
    const resolutionNs = (spec.resolutionMs ?? 0) * 1e6;
    events.push({ t: -S, type: 'signal-declared', signal, about: '', valueType, unit: '', resolutionNs });
    for (const [at, value] of values) events.push({ t: at * S, type: 'signal', signal, value });
  }
  if (spec.ready !== false) events.push({ t: 0, type: 'ready' });
  for (const [step, [start, end]] of Object.entries(steps)) {
    const edge = (at: number, name: 'start' | 'on' | 'off' | 'end'): void => {
      const t = at * S;
      events.push({ t, type: 'edge', step, edge: name, scheduled: t, from: t, to: t });
    };
    edge(start, 'start');
    edge(start, 'on');
    if (end === null) continue;
    edge(end, 'off');
    edge(end, 'end');
  }
  const lastEnd = Math.max(0, ...Object.values(steps).map(([start, end]) => end ?? start));
  if (reason === 'completed' && spec.ready !== false) {
    events.push({ t: lastEnd * S, type: 'phase', phase: 'recovery' });
    events.push({ t: endS * S, type: 'phase', phase: 'settled' });
  }
  if (reason === 'cut') events.push({ t: endS * S, type: 'phase', phase: 'timeline' });
  else events.push({ t: endS * S, type: 'run-ended', reason });
  events.push(...(spec.more ?? []));
  events.sort((a, b) => a.t - b.t);
  const plan = {
    ...template.plan,
    steps: [],
    settled: [],
    checks: spec.checks ?? [],
    measures: spec.measures ?? [],
    ...spec.plan,
  };
  return { run: { ...template, plan, clock: spec.clock ?? 'real' }, events };
} // prettier-ignore

export function edge(of: string, side: 'start' | 'end', offsetS = 0): WindowEdge {
  return { of, edge: side, offsetNs: offsetS * S };
}

export function during(of: string, offsetS = 0): PlannedWindow {
  return { text: of, from: edge(of, 'start'), to: edge(of, 'end', offsetS) };
}

const base = (text: string, known: string | null = null) => ({
  name: 'it',
  text,
  expression: parseExpression(text),
  known,
  position,
});

export function always(
  text: string,
  budget: { longest?: number; total?: number; episodes?: number } = {},
  window: PlannedWindow = during('run'),
  known: string | null = null,
): PlannedCheck {
  return {
    ...base(text, known),
    form: 'always',
    during: window,
    budget: {
      ...(budget.longest !== undefined && { longestNs: budget.longest * S }),
      ...(budget.total !== undefined && { totalNs: budget.total * S }),
      ...(budget.episodes !== undefined && { episodes: budget.episodes }),
    },
  };
}

export function never(text: string, window: PlannedWindow = during('run')): PlannedCheck {
  return { ...base(text), form: 'never', during: window };
}

export function eventually(text: string, of: WindowEdge, withinS: number, holdS = 0): PlannedCheck {
  return { ...base(text), form: 'eventually', of, withinNs: withinS * S, holdNs: holdS * S };
}

export function that(text: string, at: WindowEdge): PlannedCheck {
  return { ...base(text), form: 'that', at };
}

export function measureOf(
  form: PlannedMeasure['form'],
  text: string,
  window: PlannedWindow = during('run'),
): PlannedMeasure {
  return { name: 'm', form, text, expression: parseExpression(text), window, position };
}

/** host.ndjson of a machine that was fast enough and was left as found */
export const calmHost: readonly HostEvent[] = [
  { wall: 1000, type: 'started', argv: [], pid: 1 },
  { wall: 1001, type: 'fingerprint', when: 'before', digest: 'a' },
  { wall: 2000, type: 'fingerprint', when: 'after', digest: 'a' },
  { wall: 2000, type: 'ended', wallMs: 1000 },
];
