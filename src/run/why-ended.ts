import { ChaosError } from '../errors.ts';
import type { EngineFile } from './engine-file.ts';
import type { RunEndReason } from './events.ts';

/** In a lab that runs already somebody else may have changed what faults need: no fault of ours. */
export function roomFailure(message: string, { plan }: EngineFile): Error {
  if (plan.topology.attached === undefined) return new Error(`wire room: ${message}`);
  return new ChaosError('lab-failed', `a node was changed while faults were in it: ${message}`);
}

/** How a run ends that could not go on, and what people are told. */
export function whyEnded(
  error: unknown,
  signal: AbortSignal,
): { reason: RunEndReason; message: string } {
  const cause: unknown = signal.aborted ? signal.reason : error;
  if (cause instanceof ChaosError) {
    const hint = cause.hint === undefined ? '' : `\n${cause.hint}`;
    if (cause.code === 'interrupted') return { reason: 'interrupted', message: cause.message };
    if (cause.code === 'lab-failed') return { reason: 'lab-failed', message: cause.message + hint };
  }
  return { reason: 'bug', message: cause instanceof Error ? cause.message : String(cause) };
}
