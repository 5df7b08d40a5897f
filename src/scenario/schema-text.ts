import { z } from 'zod';
import { formatQuantity } from './quantity-text.ts';
import type { Quantity } from './quantity.ts';

/**
 * A text of our own little language in YAML. `true`, `5` and `0x10` are texts too here: YAML made something else of
 * them, and the reader takes them back by their place in the file.
 */
function written(what: string, example: string): z.ZodType<string> {
  return z
    .unknown()
    .meta({ type: ['string', 'number', 'boolean'], description: `${what}, such as ${example}` })
    .transform((input, context): string => {
      if (typeof input === 'string' && input.trim() !== '') return input;
      if (typeof input === 'number' || typeof input === 'boolean') return String(input);
      const found = input === undefined ? 'missing; ' : '';
      context.addIssue({ code: 'custom', message: `${found}expected ${what} such as ${example}` });
      return z.NEVER;
    });
}

/** `gw.masters <= 1 and not users-a.ok` */
export const condition: z.ZodType<string> = written('a condition', 'gw.masters <= 1');
/** what a measure of a value measures */
export const figure: z.ZodType<string> = written('an expression over signals', 'gw.masters');
/** `bursts + 20s` */
export const moment: z.ZodType<string> = written('a moment', 'bursts + 20s, bursts.start, 20s');
/** `4 * $advert` */
export const length: z.ZodType<string> = written('a duration', '20ms or 4 * $advert');
/** `bursts + 10s`, `each step` */
export const windowText: z.ZodType<string> = written('a window', 'run, bursts + 10s, each step');
/** `lossy` (a variant) or `$loss > 10%` */
export const only: z.ZodType<string> = written("a variant's name or a condition", '$loss > 10%');
/** a plain number or an expression of parameters that gives one */
export const number: z.ZodType<string> = written('a plain number', '5 or $n');

/** One text or several. */
export function oneOrMore(item: z.ZodType<string>): z.ZodType<readonly string[]> {
  return z
    .unknown()
    .meta({ type: ['string', 'array'] })
    .transform((input, context): readonly string[] => {
      const items: readonly unknown[] = Array.isArray(input) ? input : [input];
      const results = items.map((one) => item.safeParse(one));
      results.forEach((result, index) => {
        if (result.success) return;
        const path = Array.isArray(input) ? [index] : [];
        for (const { message } of result.error.issues) {
          context.addIssue({ code: 'custom', message, path });
        }
      });
      return results.flatMap((result) => (result.success ? [result.data] : []));
    });
}

/** A name that expressions can say: letters, digits, `_`, `-`, beginning with a letter. */
export const identifier: z.ZodType<string> = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*(?:-[A-Za-z0-9_]+)*$/, {
    error: "a name has letters, digits, '_' and '-', and begins with a letter",
  });

/** A parameter's value as YAML gives it. */
export const paramText: z.ZodType<string> = z
  .unknown()
  .meta({ type: ['string', 'number', 'boolean'] })
  .transform((input, context): string => {
    if (typeof input === 'string') return input;
    if (typeof input === 'number' && Number.isFinite(input)) return plainNumber(input);
    if (typeof input === 'boolean') return String(input);
    const missing = input === undefined ? 'missing; ' : '';
    const message = `${missing}expected one value such as 30%, 5, fast`;
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  });

function plainNumber(value: number): string {
  const quantity: Pick<Quantity, 'dimension' | 'value'> = { dimension: 'count', value };
  return formatQuantity(quantity);
}
