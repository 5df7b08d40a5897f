import { z } from 'zod';
import { isMap } from '../scenario/is-map.ts';

/**
 * A value that is written either as text (`loss: 30%`) or as a map (`loss: {burst: ...}`). zod's own union would say
 * "invalid input" to a mistake in either; this one passes on what the form in use has to say.
 */
export function textOrMap<T, M>(text: z.ZodType<T>, map: z.ZodType<M>): z.ZodType<T | M> {
  return z
    .unknown()
    .meta({ anyOf: [jsonSchema(text), jsonSchema(map)] })
    .transform((input, context): T | M => {
      const result = isWrittenMap(input) ? map.safeParse(input) : text.safeParse(input);
      if (result.success) return result.data;
      for (const issue of result.error.issues) {
        context.issues.push({ ...issue, input } as (typeof context.issues)[number]);
      }
      return z.NEVER;
    });
}

function jsonSchema(schema: z.ZodType): Record<string, unknown> {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return rest;
}

/** A map of YAML, and not a quantity that the plan has made of an expression. */
function isWrittenMap(input: unknown): boolean {
  return isMap(input) && !('dimension' in input);
}
