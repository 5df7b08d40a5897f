import { z } from 'zod';

/** What `chaos list` shows of anything; kinds add members of their own. */
export interface Listed {
  readonly name: string;
  readonly description: string;
  readonly [member: string]: unknown;
}

/** The JSON Schema of a kind's parameters, as they are written in YAML. */
export function parameterSchema(schema: z.ZodType): unknown {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
}
