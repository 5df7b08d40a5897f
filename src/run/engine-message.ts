import type { RunEvent } from './events.ts';

/**
 * What the engine prints on its standard output, one JSON object a line: live progress for the outer process. The
 * truth is events.ndjson; a hostfs page cache may hold that back, a console line never. On its standard input the
 * engine takes the line `interrupt` (end the run in good order) and `resume` (after --pause-at); end of file means
 * that the outer process is gone: the engine ends at once.
 */
export type EngineMessage =
  /** a transition worth a line in the terminal (never frames or probe seconds) */
  | { readonly type: 'event'; readonly event: RunEvent }
  /** lab time goes on: once a lab second; before ready `t` is negative and counts from the start of the engine */
  | { readonly type: 'beat'; readonly labMs: number }
  /** before ready: what is being done */
  | { readonly type: 'progress'; readonly text: string }
  | { readonly type: 'paused'; readonly step: string }
  /** sends that were late in the real clock since the last beat */
  | { readonly type: 'late'; readonly count: number; readonly maxMs: number }
  | { readonly type: 'done'; readonly reason: string; readonly digest: string };
