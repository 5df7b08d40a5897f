import { z } from 'zod';

/** A path of a node's own file system, as what it names: `..` would make two names for one place. */
export const pathInNode: z.ZodType<string> = z
  .string()
  .regex(
    /^(?!.*\/\.{1,2}(?:\/|$))\/./,
    "expected an absolute path in the node such as /run, below / and without '.' and '..'",
  );
