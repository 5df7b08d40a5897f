import { z } from 'zod';
import { condition, identifier, length, moment, number, only, oneOrMore } from './schema-text.ts';

/** `when: {that, hold, after, at-most}`: a step that a signal triggers. */
export interface WhenData {
  readonly that: readonly string[];
  readonly hold?: string | undefined;
  readonly after?: string | undefined;
  readonly 'at-most'?: string | undefined;
}

export interface UntilData {
  readonly that: readonly string[];
  readonly hold?: string | undefined;
  readonly 'at-most': string;
}

export interface ActData {
  readonly argv: readonly string[];
  /** the node that does it */
  readonly as: string;
  /** expected exit code; default 0 */
  readonly rc?: number | undefined;
  /** it is killed after this; default a minute */
  readonly within?: string | undefined;
}

export interface GuardData {
  readonly name?: string | undefined;
  readonly when: readonly string[];
  readonly for?: string | undefined;
  readonly then: 'heal' | 'stop';
}

/** One step of the timeline. Keys that are none of these are kinds of faults, with their parameters and target. */
export interface StepData {
  readonly id: string;
  readonly about?: string | undefined;
  readonly at?: string | undefined;
  readonly after?: string | undefined;
  readonly when?: WhenData | undefined;
  readonly for?: string | undefined;
  readonly until?: string | UntilData | undefined;
  readonly flap?: FlapData | undefined;
  readonly times?: string | undefined;
  readonly every?: string | undefined;
  readonly faults?: readonly Readonly<Record<string, unknown>>[] | undefined;
  readonly act?: ActData | undefined;
  readonly guard?: GuardData | undefined;
  readonly only?: string | undefined;
  readonly [kind: string]: unknown;
}

/** Lengths, or distributions such as `exp(2s)`. */
export interface FlapData {
  readonly on: string;
  readonly off: string;
}

/** Names of windows that a step cannot take. */
export const reservedStepIds: readonly string[] = [
  'run', 'baseline', 'recovery', 'ready', 'fault', 'settled', 'each', 'step', 'and', 'or', 'not', 'in', 'true', 'false',
]; // prettier-ignore

const stepShape = {
  id: identifier
    .refine((id) => !reservedStepIds.includes(id), {
      error: (issue) => `'${String(issue.input)}' is a word of the language and cannot name a step`,
    })
    .describe('names the step; windows and other steps say it'),
  about: z.string().optional(),
  at: moment
    .optional()
    .describe('when it starts: since ready, or an edge such as bursts.start + 5s'),
  after: moment.optional().describe('starts when another step has ended, such as bursts + 20s'),
  when: z
    .strictObject({
      that: oneOrMore(condition),
      hold: length.optional(),
      after: moment.optional(),
      'at-most': length.optional(),
    })
    .optional()
    .describe('starts when a condition comes to hold'),
  for: length.optional().describe('how long it lasts'),
  until: z
    .union([
      moment,
      z.strictObject({ that: oneOrMore(condition), hold: length.optional(), 'at-most': length }),
    ])
    .optional()
    .describe('when it ends'),
  flap: z
    .strictObject({ on: length, off: length })
    .optional()
    .describe('in force for on, out of force for off, again and again; ends off'),
  times: number.optional().describe('how often; windows are id[1], id[2], ...'),
  every: length.optional().describe('from start to start'),
  faults: z
    .array(z.record(z.string(), z.unknown()))
    .min(1, 'a step needs at least one fault')
    .optional()
    .describe('several faults: one window, one transaction'),
  act: z
    .strictObject({
      argv: z.array(z.string()).min(1).describe('a program and its arguments; no shell'),
      as: z.string().describe('the node that does it'),
      rc: z.int().min(0).max(255).optional().describe('the exit code of success (default 0)'),
      within: length.optional().describe('it is killed after this (default 1m), and has failed'),
    })
    .optional()
    .describe("an operator's action; nothing is healed"),
  guard: z
    .strictObject({
      name: identifier.optional().describe("its signal is guard.<name>; default: the step's id"),
      when: oneOrMore(condition),
      for: length.optional().describe('the condition must have held for so long'),
      then: z
        .enum(['heal', 'stop'])
        .describe('heal: this step ends; stop: all steps end, and no other begins'),
    })
    .optional()
    .describe('a limit to what the step may do: ends it before its time'),
  only: only.optional(),
};

export const stepSchema: z.ZodType<StepData> = z.looseObject(stepShape);

/** The keys of a step that are no kinds of faults. */
export const stepKeys: readonly string[] = Object.keys(stepShape);
