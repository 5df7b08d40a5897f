import { z } from 'zod';
import {
  REPORT_SCHEMA,
  type Report,
  type ReportCheck,
  type ReportDose,
  type ReportFault,
  type ReportMeasure,
  type ReportRun,
  type ReportSignal,
  type ReportSpan,
} from './report.ts';

export type { Report };

const unit = z.enum(['ms', 'episodes']);
const part = z.enum(['longest', 'total', 'episodes', 'within']);
const plain = z.union([z.number(), z.boolean(), z.string()]).nullable();

const span: z.ZodType<ReportSpan> = z
  .strictObject({ fromMs: z.number(), toMs: z.number() })
  .describe('ms of lab time since ready');

const run: z.ZodType<ReportRun> = z.strictObject({
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
  durationMs: z.number().describe('lab clock, from ready to the end'),
  wallMs: z.number().nullable().describe('wall clock, of the whole command'),
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

const check: z.ZodType<ReportCheck> = z.strictObject({
  name: z.string(),
  form: z.enum(['always', 'never', 'eventually', 'that', 'settled']),
  outcome: z.enum(['pass', 'fail', 'inconclusive', 'known']),
  expected: z.string(),
  observed: z.string(),
  margin: z
    .strictObject({ of: part, unit, value: z.number().describe('negative is beyond the limit') })
    .nullable(),
  notes: z.array(z.string()),
  known: z.string().nullable(),
  window: span.nullable(),
  violations: z.array(span),
  unknownMs: z.number(),
  budget: z.array(
    z.strictObject({
      of: part,
      unit,
      observed: z.number().nullable().describe('null: it never came to be'),
      allowed: z.number(),
      resolution: z.number().describe('how exactly `observed` is known'),
    }),
  ),
  signals: z.array(z.string()).describe('the signals that it reads'),
  excerpt: z
    .array(z.string())
    .describe('of the first check that failed: what happened around its first violation'),
});

const measure: z.ZodType<ReportMeasure> = z.strictObject({
  name: z.string(),
  form: z.string(),
  text: z.string(),
  value: plain.describe('null: not known, and the notes say why'),
  unit: z.string(),
  resolution: z.number().nullable().describe('in `unit`; null where the signal does not say'),
  n: z.int(),
  window: z.string(),
  span: span.nullable(),
  notes: z.array(z.string()),
});

const dose: z.ZodType<ReportDose> = z.strictObject({
  link: z.string(),
  direction: z.enum(['a>b', 'b>a']),
  way: z.string(),
  quantity: z.string(),
  asked: z.number().nullable().describe('ratio 0..1, ns, or bit/s'),
  measured: z.number().nullable().describe('ratio 0..1, ns, or bit/s'),
  interval: z
    .tuple([z.number(), z.number()])
    .nullable()
    .describe('where the true value lies, 99.9 % sure; null: nothing says so'),
  seen: z.int().describe('packets that met the fault'),
  hit: z.int().describe('packets that it hit'),
  judged: z.enum(['as-asked', 'off', 'nothing-met-it', 'not-counted', 'not-reached']),
});

const fault: z.ZodType<ReportFault> = z.strictObject({
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

const signal: z.ZodType<ReportSignal> = z.strictObject({
  name: z.string(),
  about: z.string(),
  type: z.string(),
  unit: z.string(),
  resolutionMs: z.number(),
  summary: z.strictObject({
    text: z.string(),
    changes: z.int(),
    last: plain,
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
      outcome: z.enum(['pass', 'fail', 'inconclusive', 'not-clean']),
      reason: z.string().describe('one sentence'),
      details: z.array(z.string()).describe('more of it, line by line'),
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
  .meta({ title: 'report.json of chaos', description: `version ${REPORT_SCHEMA}` });

/** The JSON Schema (draft 2020-12) that `chaos schema report` prints. */
export function reportJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(reportSchema, { io: 'output' });
}
