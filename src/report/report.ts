/** The name of this version of report.json; a change that a reader could trip over makes it /2. */
export const REPORT_SCHEMA = 'chaos.report/1';

/** The content of report.json, of which every other format is a rendering. Times of the lab in ms since ready. */
export interface Report {
  schema: typeof REPORT_SCHEMA;
  run: ReportRun;
  verdict: {
    outcome: 'pass' | 'fail' | 'inconclusive' | 'not-clean';
    /** one sentence */
    reason: string;
    /** more of it, line by line: the end of a daemon's log, a hint */
    details: string[];
    /** what the checks alone say */
    checks: 'pass' | 'fail' | 'inconclusive';
  };
  dose: { outcome: 'delivered' | 'not-delivered' | 'not-asked' | 'unknown'; problems: string[] };
  host: {
    outcome: 'valid' | 'spoiled' | 'unknown';
    problems: string[];
    stalledMs: number;
    lateMaxMs: number;
    lateCount: number;
  };
  clean: { outcome: 'clean' | 'not-clean' | 'unknown'; left: string[] };
  checks: ReportCheck[];
  measures: ReportMeasure[];
  faults: ReportFault[];
  signals: ReportSignal[];
  /** what a reader of any figure must know */
  notes: string[];
  /** SHA-256 of events.ndjson */
  digest: string;
}

export interface ReportSpan {
  fromMs: number;
  toMs: number;
}

export interface ReportRun {
  id: string;
  scenario: string;
  about: string;
  /** the scenario file, as it was named */
  file: string;
  /** parameters set on the command line, name=value */
  variant: string[];
  seed: number;
  kernel: 'host' | 'embedded';
  clock: 'real' | 'warp';
  driver: string;
  /** why this kernel and clock */
  why: string;
  /** ISO 8601, wall clock */
  startedAt: string;
  /** lab clock, from ready to the end */
  durationMs: number;
  /** wall clock, of the whole command */
  wallMs: number | null;
  endReason: string;
  noFaults: boolean;
  /** runs it again */
  command: string[];
  lab: { name: string; file: string; nodes: number; links: number };
  /** same scenario, seed and build: same digest (in the warp clock) */
  build: Record<string, string>;
  versions: Record<string, string>;
  git: { head: string; dirty: boolean } | null;
}

export type BudgetPart = 'longest' | 'total' | 'episodes' | 'within';

export interface ReportBudgetUse {
  of: BudgetPart;
  unit: 'ms' | 'episodes';
  /** null: it never came to be */
  observed: number | null;
  allowed: number;
  /** how exactly `observed` is known, in `unit` */
  resolution: number;
}

export interface ReportCheck {
  name: string;
  form: 'always' | 'never' | 'eventually' | 'that' | 'settled';
  outcome: 'pass' | 'fail' | 'inconclusive' | 'known';
  expected: string;
  observed: string;
  /** the narrowest distance to a limit; negative is beyond it */
  margin: { of: BudgetPart; unit: 'ms' | 'episodes'; value: number } | null;
  notes: string[];
  known: string | null;
  window: ReportSpan | null;
  violations: ReportSpan[];
  unknownMs: number;
  budget: ReportBudgetUse[];
  /** the signals that it reads */
  signals: string[];
  /** of the first check that failed: signals, edges and frames around its first violation */
  excerpt: string[];
}

export interface ReportMeasure {
  name: string;
  form: string;
  text: string;
  /** null: not known, and the notes say why */
  value: number | boolean | string | null;
  unit: string;
  /** in `unit`; null where the signal does not say */
  resolution: number | null;
  n: number;
  window: string;
  span: ReportSpan | null;
  notes: string[];
}

export interface ReportFault {
  /** the step; with #n where a step has several faults */
  id: string;
  step: string;
  kind: string;
  target: string;
  /** null: never injected */
  startMs: number | null;
  endMs: number | null;
  asked: string;
  measured: string;
  doses: ReportDose[];
}

export interface ReportDose {
  link: string;
  direction: 'a>b' | 'b>a';
  way: string;
  quantity: string;
  /** ratio 0..1, ns, or bit/s */
  asked: number | null;
  measured: number | null;
  /** where the true value lies, 99.9 % sure */
  interval: readonly [low: number, high: number] | null;
  /** packets that met the fault, and packets that it hit */
  seen: number;
  hit: number;
  judged: 'as-asked' | 'off' | 'nothing-met-it' | 'not-counted' | 'not-reached';
}

export interface ReportSignal {
  name: string;
  about: string;
  type: string;
  unit: string;
  resolutionMs: number;
  summary: {
    text: string;
    changes: number;
    last: number | boolean | string | null;
    min: number | null;
    max: number | null;
    unknownMs: number;
  };
}
