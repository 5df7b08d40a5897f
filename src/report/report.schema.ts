import { z } from 'zod';

/** The name of this version of report.json; a change that a reader could trip over makes it /2. */
export const REPORT_SCHEMA = 'chaos.report/1';

const ms = (about: string): z.ZodNumber => z.number().describe(`${about}, ms of lab time`);
const span = z.strictObject({
  fromMs: ms('start, since ready'),
  toMs: ms('end, since ready'),
});
const outcome = z.enum(['pass', 'fail', 'inconclusive', 'not-clean']);

const run = z.strictObject({
  id: z.string(),
  scenario: z.string(),
  about: z.string(),
  file: z.string().describe('the scenario file, as it was named'),
  variant: z.array(z.string()).describe('parameters set on the command line, name=value'),
  seed: z.int(),
  kernel: z.enum(['host', 'embedded']),
  clock: z.enum(['real', 'warp']),
  driver: z.string(),
  why: z.string().describe('why this kernel and clock'),
  startedAt: z.string().describe('ISO 8601, wall clock'),
  durationMs: ms('from ready to the end'),
  wallMs: z.number().nullable().describe('of the whole command, ms of the wall clock'),
  endReason: z.string(),
  noFaults: z.boolean(),
  command: z.array(z.string()).describe('runs it again'),
  lab: z.strictObject({
    name: z.string(),
    file: z.string(),
    nodes: z.int(),
    links: z.int(),
  }),
  build: z.record(z.string(), z.string()).describe('same scenario, seed and build: same digest'),
  versions: z.record(z.string(), z.string()),
  git: z.strictObject({ head: z.string(), dirty: z.boolean() }).nullable(),
});

const check = z.strictObject({
  name: z.string(),
  form: z.enum(['always', 'never', 'eventually', 'that', 'settled']),
  outcome: z.enum(['pass', 'fail', 'inconclusive', 'known']),
  expected: z.string(),
  observed: z.string(),
  margin: z
    .strictObject({
      value: z.number().describe('negative is beyond the limit'),
      unit: z.enum(['ms', 'episodes']),
      of: z.enum(['longest', 'total', 'episodes', 'within']),
    })
    .nullable(),
  notes: z.array(z.string()),
  known: z.string().nullable(),
  window: span.nullable(),
  violations: z.array(span),
  unknownMs: z.number(),
  budget: z.array(
    z.strictObject({
      of: z.enum(['longest', 'total', 'episodes', 'within']),
      unit: z.enum(['ms', 'episodes']),
      observed: z.number().nullable(),
      allowed: z.number(),
      resolution: z.number(),
    }),
  ),
  signals: z.array(z.string()),
  excerpt: z
    .array(z.string())
    .describe(
      'of the first check that failed: signals, edges and frames around its first violation',
    ),
});

const measure = z.strictObject({
  name: z.string(),
  form: z.string(),
  text: z.string(),
  value: z.union([z.number(), z.boolean(), z.string()]).nullable(),
  unit: z.string(),
  resolution: z.number().nullable().describe('in `unit`'),
  n: z.int(),
  window: z.string(),
  span: span.nullable(),
  notes: z.array(z.string()),
});

const dose = z.strictObject({
  link: z.string(),
  direction: z.enum(['a>b', 'b>a']),
  way: z.string(),
  quantity: z.string(),
  asked: z.number().nullable().describe('ratio 0..1, or ns'),
  measured: z.number().nullable().describe('ratio 0..1, or ns'),
  seen: z.int().describe('packets that met the fault'),
  hit: z.int().describe('packets that it hit'),
  judged: z.enum(['as-asked', 'off', 'nothing-met-it', 'not-counted']),
});

const fault = z.strictObject({
  id: z.string().describe('the step; with #n where a step has several faults'),
  step: z.string(),
  kind: z.string(),
  target: z.string(),
  startMs: z.number().nullable().describe('null: never injected'),
  endMs: z.number().nullable(),
  asked: z.string(),
  measured: z.string(),
  doses: z.array(dose),
});

const signal = z.strictObject({
  name: z.string(),
  about: z.string(),
  type: z.string(),
  unit: z.string(),
  resolutionMs: z.number(),
  summary: z.strictObject({
    text: z.string(),
    changes: z.int(),
    last: z.union([z.number(), z.boolean(), z.string()]).nullable(),
    min: z.number().nullable(),
    max: z.number().nullable(),
    unknownMs: z.number(),
  }),
});

/** report.json: what a run shows, for programs. Every figure says its unit, resolution and n. */
export const reportSchema: z.ZodType<Report> = z
  .strictObject({
    schema: z.literal(REPORT_SCHEMA),
    run,
    verdict: z.strictObject({
      outcome,
      reason: z.string(),
      checks: z.enum(['pass', 'fail', 'inconclusive']).describe('what the checks alone say'),
    }),
    dose: z.strictObject({
      outcome: z.enum(['delivered', 'not-delivered', 'not-asked', 'unknown']),
      problems: z.array(z.string()),
    }),
    host: z.strictObject({
      outcome: z.enum(['valid', 'spoiled', 'unknown']),
      problems: z.array(z.string()),
      stalledMs: z.number(),
      lateMaxMs: z.number(),
      lateCount: z.int(),
    }),
    clean: z.strictObject({
      outcome: z.enum(['clean', 'not-clean', 'unknown']),
      left: z.array(z.string()),
    }),
    checks: z.array(check),
    measures: z.array(measure),
    faults: z.array(fault),
    signals: z.array(signal),
    notes: z.array(z.string()).describe('what a reader of any figure must know'),
    digest: z.string().describe('SHA-256 of events.ndjson'),
  })
  .meta({ id: REPORT_SCHEMA, title: 'report.json of chaos' });

export type ReportSpan = z.infer<typeof span>;
export type ReportCheck = z.infer<typeof check>;
export type ReportMeasure = z.infer<typeof measure>;
export type ReportDose = z.infer<typeof dose>;
export type ReportFault = z.infer<typeof fault>;
export type ReportSignal = z.infer<typeof signal>;
export type ReportRun = z.infer<typeof run>;
export type ReportOutcome = z.infer<typeof outcome>;

export interface Report {
  schema: typeof REPORT_SCHEMA;
  run: ReportRun;
  verdict: { outcome: ReportOutcome; reason: string; checks: 'pass' | 'fail' | 'inconclusive' };
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
  notes: string[];
  digest: string;
}

/** The JSON Schema (draft 2020-12) that `chaos schema report` prints. */
export function reportJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(reportSchema, { io: 'output' });
}
