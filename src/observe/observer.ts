import type { z } from 'zod';
import type { SignalType } from '../run/events.ts';
import type { Topology } from '../lab/topology.ts';

/** A signal that an observer or a probe of a given scenario produces; known before anything runs. */
export interface SignalSpec {
  /** full path, e.g. 'gw.masters', 'tree.sw-a.root-port', 'tree.state["sw-a","eth3"]' */
  readonly path: string;
  readonly about: string;
  readonly valueType: SignalType;
  readonly unit: string;
  readonly resolutionNs: number;
  /** for valueType 'state': the values that it can take, when they are known */
  readonly states?: readonly string[];
}

/** What watches a protocol without sending. Pure half (`x.ts`): importable by scenario, plan and check. */
export interface ObserverKind<P> {
  readonly name: string;
  readonly about: string;
  readonly schema: z.ZodType<P>;
  readonly example: string;
  /** every signal of an observer with this id in this lab */
  signals(id: string, params: P, topology: Topology): readonly SignalSpec[];
  /** what is wrong with the parameters in this lab (no such node, no bridge in it, ...); undefined when all is well */
  refuse?(params: P, topology: Topology): string | undefined;
}
