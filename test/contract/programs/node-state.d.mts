import type { ProcessSeen } from '../../../src/host/processes.ts';

export type NodeState = Readonly<Record<string, unknown>>;

export interface LookedAt {
  readonly initPid: number | null;
  readonly netnsFd: number;
  exec(argv: readonly string[]): Promise<{ readonly stdout: string }>;
}

export function readNodeState(
  node: LookedAt,
  processesIn: (netnsFd: number) => ProcessSeen[],
): Promise<NodeState>;

export function difference(before: NodeState, after: NodeState): string;
