import { z } from 'zod';
import { condition, figure, length, moment, number, only, windowText } from './schema-text.ts';

export const measureForms = [
  'time',
  'count',
  'longest',
  'value',
  'p50',
  'p99',
  'min',
  'max',
] as const;
export const expectForms = ['always', 'eventually', 'never', 'that'] as const;

export interface MeasureData {
  readonly time?: string | undefined;
  readonly count?: string | undefined;
  readonly longest?: string | undefined;
  readonly value?: string | undefined;
  readonly p50?: string | undefined;
  readonly p99?: string | undefined;
  readonly min?: string | undefined;
  readonly max?: string | undefined;
  readonly during?: string | undefined;
  readonly at?: string | undefined;
  readonly of?: string | undefined;
  readonly about?: string | undefined;
  readonly only?: string | undefined;
}

export interface BudgetData {
  readonly longest?: string | undefined;
  readonly total?: string | undefined;
  readonly episodes?: string | undefined;
}

export interface ExpectData {
  readonly name?: string | undefined;
  readonly always?: string | undefined;
  readonly eventually?: string | undefined;
  readonly never?: string | undefined;
  readonly that?: string | undefined;
  readonly during?: string | undefined;
  readonly budget?: BudgetData | undefined;
  readonly of?: string | undefined;
  readonly within?: string | undefined;
  readonly hold?: string | undefined;
  readonly at?: string | undefined;
  readonly known?: string | undefined;
  readonly only?: string | undefined;
}

export const measureSchema: z.ZodType<MeasureData> = z
  .strictObject({
    time: condition.optional().describe('how long it held, together'),
    count: figure.optional().describe('how often it came to hold, or changed'),
    longest: condition.optional().describe('the longest time that it held'),
    value: figure.optional().describe('its value at a moment'),
    p50: figure.optional().describe('the median over time'),
    p99: figure.optional().describe('the 99th percentile over time'),
    min: figure.optional(),
    max: figure.optional(),
    during: windowText.optional().describe('default: run'),
    at: moment.optional(),
    of: moment.optional(),
    about: z.string().optional(),
    only: only.optional(),
  })
  .describe('exactly one of time, count, longest, value, p50, p99, min, max');

export const expectSchema: z.ZodType<ExpectData> = z
  .strictObject({
    name: z.string().min(1).optional().describe('names the test case; default: the condition'),
    always: condition.optional().describe('holds all the time, within its budget'),
    eventually: condition
      .optional()
      .describe('holds within a time of a moment, and stays for hold'),
    never: condition.optional().describe('does not hold at any moment'),
    that: condition.optional().describe('holds at a moment'),
    during: windowText.optional().describe('of always and never; default: run'),
    budget: z
      .strictObject({
        longest: length.optional(),
        total: length.optional(),
        episodes: number.optional(),
      })
      .optional()
      .describe('of always: what may be missing'),
    of: moment.optional().describe('of eventually: the moment from which within counts'),
    within: length.optional().describe('of eventually'),
    hold: length.optional().describe('of eventually'),
    at: moment.optional().describe('of that'),
    known: z.string().min(1).optional().describe('why a failure is no surprise'),
    only: only.optional(),
  })
  .describe('exactly one of always, eventually, never, that');
