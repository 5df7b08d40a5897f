import type { SourcePosition } from '../errors.ts';
import type { RunFile } from './run-file.ts';

/**
 * engine.json: what the engine reads of a run. In warp even the size of what it reads shows in its times (a system call
 * more, a collection of garbage earlier), so nothing is in it that does not belong to the run itself: no path, no date,
 * no commit, no comment of the scenario. People find those in run.json.
 */
export type EngineFile = Pick<
  RunFile,
  'plan' | 'kernel' | 'clock' | 'driver' | 'noFaults' | 'pauseAt'
>;

const NOWHERE: SourcePosition = { file: '', line: 0, column: 0 };

/** The file is read by a system call per so many bytes. */
const BLOCK_BYTES = 64 * 1024;

/** engine.json as text, in whole blocks. */
export function engineFileText(run: RunFile): string {
  const { plan, kernel, clock, driver, noFaults, pauseAt } = run;
  const topology = { ...plan.topology, file: '' };
  const file: EngineFile = {
    plan: { ...plan, file: '', about: '', topology },
    ...{ kernel, clock, driver, noFaults, pauseAt },
  };
  const text = JSON.stringify(file, (_, value: unknown) => (isPosition(value) ? NOWHERE : value));
  const bytes = Buffer.byteLength(text);
  return text + ' '.repeat(Math.ceil(bytes / BLOCK_BYTES) * BLOCK_BYTES - bytes);
}

function isPosition(value: unknown): value is SourcePosition {
  if (typeof value !== 'object' || value === null) return false;
  const { file, line, column } = value as Record<string, unknown>;
  return typeof file === 'string' && typeof line === 'number' && typeof column === 'number';
}
