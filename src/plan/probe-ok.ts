import { z } from 'zod';
import { length } from '../scenario/schema-text.ts';

/** When a probe is well, as written beside its own parameters. */
export const okSchema: z.ZodType<{ readonly loss: string; readonly over?: string | undefined }> = z
  .strictObject({
    loss: z.string().describe('a limit such as "< 5%"'),
    over: length.optional().describe('the window before each moment; default: each single packet'),
  })
  .describe('the probe is ok while its loss is below a limit');
