import type { z } from 'zod';
import type { Topology } from '../lab/topology.ts';
import type { SignalSpec } from '../observe/observer.ts';

/** Traffic that we send to measure. Pure half; `<kind>-run.ts` acts. */
export interface ProbeKind<P> {
  readonly name: string;
  readonly about: string;
  readonly schema: z.ZodType<P>;
  readonly example: string;
  signals(id: string, params: P, topology: Topology): readonly SignalSpec[];
  refuse?(params: P, topology: Topology): string | undefined;
}
