import { z } from 'zod';

/** Which processes of a node: of one of its daemons, or by name. */
export interface ProcessTarget {
  readonly service?: string | undefined;
  readonly process?: string | undefined;
}

/** The keys by which faults on processes name them. */
export const processKeys: {
  readonly service: z.ZodOptional<z.ZodString>;
  readonly process: z.ZodOptional<z.ZodString>;
} = {
  service: z
    .string()
    .optional()
    .describe('a daemon of the node, by the name that it has in the image: zebra, keepalived'),
  process: z
    .string()
    .optional()
    .describe('instead of a daemon: every process of the node with this name (comm, proc(5))'),
};

/** What the schema cannot say. */
export function refuseProcessTarget({ service, process }: ProcessTarget): string | undefined {
  if (service === undefined && process === undefined) {
    return 'does not say what of the node: service: zebra, or process: sleep';
  }
  if (service !== undefined && process !== undefined) return 'names both a service and a process';
  return undefined;
}

export function processText({ service, process }: ProcessTarget): string {
  return service ?? `processes '${process ?? ''}'`;
}
