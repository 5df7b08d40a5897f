import { ChaosError } from '../errors.ts';
import type { HostEvent, RunEvent } from '../run/events.ts';

export interface Log<T> {
  readonly records: readonly T[];
  /** the last line was cut in the middle (a killed run); it was left out */
  readonly cut: boolean;
}

/** Reads events.ndjson. A cut last line is left out; any other broken line is an error: nothing is judged by half. */
export function readEvents(text: string): Log<RunEvent> {
  return readLines(text, 'events.ndjson', 't') as Log<RunEvent>;
}

/** Reads host.ndjson, with the same tolerance. */
export function readHostEvents(text: string): Log<HostEvent> {
  return readLines(text, 'host.ndjson', 'wall') as Log<HostEvent>;
}

function readLines(text: string, file: string, timeKey: string): Log<unknown> {
  const records: unknown[] = [];
  let line = 0;
  for (let start = 0; start < text.length;) {
    line += 1;
    const newline = text.indexOf('\n', start);
    const raw = newline === -1 ? text.slice(start) : text.slice(start, newline);
    start = newline === -1 ? text.length : newline + 1;
    if (raw.trim() === '') continue;
    const record = parseRecord(raw, timeKey);
    if (record !== undefined) records.push(record);
    else if (newline === -1) return { records, cut: true };
    else throw brokenLine(file, line);
  }
  return { records, cut: false };
}

function parseRecord(raw: string, timeKey: string): unknown {
  try {
    const value: unknown = JSON.parse(raw);
    if (typeof value !== 'object' || value === null) return undefined;
    const record = value as Record<string, unknown>;
    return typeof record[timeKey] === 'number' && typeof record['type'] === 'string'
      ? record
      : undefined;
  } catch {
    return undefined;
  }
}

function brokenLine(file: string, line: number): ChaosError {
  return new ChaosError('invalid', `${file} is damaged at line ${String(line)}`, {
    problems: [
      {
        position: { file, line, column: 1 },
        message: 'this line is not an event',
        expected: 'one JSON object with a time and a type on each line',
        hint: 'run the scenario again: a log with a hole in it cannot be judged',
      },
    ],
  });
}
