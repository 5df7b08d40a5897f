import { z } from 'zod';
import { isMap } from './is-map.ts';
import { stepSchema } from './schema-step.ts';
import type { StepData } from './schema-step.ts';
import { expectSchema, measureSchema } from './schema-check.ts';
import type { ExpectData, MeasureData } from './schema-check.ts';
import { condition, identifier, length, oneOrMore, paramText } from './schema-text.ts';

/** A scenario file after its shape has been checked; every text of the language is still text. */
export interface ScenarioData {
  readonly name: string;
  readonly about?: string | undefined;
  readonly lab: string | LabData | AttachData;
  readonly params?: Readonly<Record<string, ParamData>> | undefined;
  readonly groups?: Readonly<Record<string, readonly string[]>> | undefined;
  readonly observe?: Readonly<Record<string, Readonly<Record<string, unknown>>>> | undefined;
  readonly probes?: Readonly<Record<string, Readonly<Record<string, unknown>>>> | undefined;
  readonly ready?: ReadyData | undefined;
  readonly timeline?: readonly StepData[] | undefined;
  readonly recovery?: string | RecoveryData | undefined;
  readonly settled?: readonly string[] | undefined;
  readonly measure?: Readonly<Record<string, MeasureData>> | undefined;
  readonly expect?: readonly ExpectData[] | undefined;
  readonly variants?: Readonly<Record<string, VariantData>> | undefined;
  readonly sweep?: Readonly<Record<string, unknown>> | undefined;
  readonly compare?: unknown;
  readonly tags?: readonly string[] | undefined;
  readonly needs?: NeedsData | undefined;
  readonly 'wall-limit'?: string | undefined;
}

export interface LabData {
  readonly file: string;
  readonly env?: Readonly<Record<string, string>> | undefined;
}

/** A lab that runs already, under containerlab. */
export interface AttachData {
  /** its name */
  readonly attach: string;
  readonly env?: Readonly<Record<string, string>> | undefined;
}

export interface ParamData {
  readonly default: string;
  readonly min?: string | undefined;
  readonly max?: string | undefined;
  readonly choices?: readonly string[] | undefined;
  readonly about?: string | undefined;
}

export interface ReadyData {
  readonly within?: string | undefined;
  readonly hold?: string | undefined;
  readonly that: readonly string[];
}

export interface RecoveryData {
  /** `ready`, or conditions */
  readonly until: readonly string[];
  readonly hold?: string | undefined;
  readonly 'at-most': string;
}

export interface VariantData {
  readonly about?: string | undefined;
  readonly params?: Readonly<Record<string, string>> | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
}

export interface NeedsData {
  readonly netem?: boolean | undefined;
  readonly images?: readonly string[] | undefined;
}

const paramMap: z.ZodType<ParamData> = z.strictObject({
  default: paramText,
  min: paramText.optional(),
  max: paramText.optional(),
  choices: z.array(paramText).min(1).optional(),
  about: z.string().optional(),
});

const param: z.ZodType<ParamData> = z
  .unknown()
  .meta({
    anyOf: [{ type: ['string', 'number', 'boolean'] }, jsonSchemaOf(paramMap)],
    description: 'a value (30%, 5, fast), or {default, min, max, choices, about}',
  })
  .transform((input): unknown => (isMap(input) ? input : { default: input }))
  .pipe(paramMap);

const env = z.record(z.string(), paramText).optional();

const lab: z.ZodType<string | LabData | AttachData> = z
  .union([
    z.string().min(1),
    z.strictObject({ file: z.string().min(1), env }),
    z.strictObject({ attach: z.string().min(1), env }),
  ])
  .describe(
    'the lab file (containerlab topology), relative to this file; or {attach: NAME}, a containerlab lab that runs already',
  );

const kindOf: z.ZodType<Readonly<Record<string, unknown>>> = z.record(z.string(), z.unknown());
const named = <T>(value: z.ZodType<T>): z.ZodType<Record<string, T>> => z.record(identifier, value);

/** What a scenario file may say; kinds' own parameters are checked by the plan, which knows the kinds. */
export const scenarioSchema: z.ZodType<ScenarioData> = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, {
      error: "a scenario's name has letters, digits, '.', '_' and '-': it names directories",
    })
    .max(100, 'a name of at most 100 letters is expected: it names directories')
    .describe('names runs and test cases'),
  about: z.string().optional().describe('what question this scenario answers'),
  lab,
  params: named(param).optional().describe('values that --set and sweep change; $name elsewhere'),
  groups: named(oneOrMore(z.string()))
    .optional()
    .describe('groups of nodes: a list of nodes, or a selector over labels such as site=a'),
  observe: named(kindOf).optional().describe('what is watched: a name, then the kind of observer'),
  probes: named(kindOf)
    .optional()
    .describe('traffic that measures: a name, then the kind of probe'),
  ready: z
    .strictObject({
      within: length.optional(),
      hold: length.optional(),
      that: oneOrMore(condition),
    })
    .optional()
    .describe('what must hold before the first fault; t = 0 is when it has held'),
  timeline: z.array(stepSchema).optional().describe('the faults, in time'),
  recovery: z
    .union([
      length,
      z.strictObject({
        until: oneOrMore(condition),
        hold: length.optional(),
        'at-most': length,
      }),
    ])
    .optional()
    .describe(
      'how long to watch after the last fault: a duration, or {until: ready, at-most: 90s}',
    ),
  settled: oneOrMore(condition).optional().describe('what must hold at the end; default: ready'),
  measure: named(measureSchema).optional().describe('figures; they need no verdict'),
  expect: z.array(expectSchema).optional().describe('what is expected; each gives a verdict'),
  variants: named(
    z.strictObject({
      about: z.string().optional(),
      params: z.record(z.string(), paramText).optional(),
      env: z.record(z.string(), paramText).optional(),
    }),
  ).optional(),
  sweep: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('parameters with lists or ranges, and seeds: 1..20; the cells are the product'),
  compare: z.unknown().optional(),
  tags: z.array(z.string()).optional(),
  needs: z
    .strictObject({
      netem: z.boolean().optional(),
      images: z.array(z.string()).optional(),
    })
    .optional(),
  'wall-limit': length.optional().describe('wall time after which the run is stopped'),
});

function jsonSchemaOf(schema: z.ZodType): Record<string, unknown> {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input' });
  return rest;
}
