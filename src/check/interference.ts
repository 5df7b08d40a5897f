import type { RunEvent } from '../run/events.ts';
import type { RunFile } from '../run/run-file.ts';
import { signalsOf } from '../scenario/expression/evaluate.ts';
import { durationText } from './words.ts';

/**
 * What kept the run from being what was asked for, apart from the faults themselves: a guard that tripped, unless a
 * check reads it (then it is data), and an operator's action that failed.
 */
export function interferences(run: RunFile, events: readonly RunEvent[]): readonly string[] {
  const read = new Set(run.plan.checks.flatMap(({ expression }) => signalsOf(expression)));
  return events.flatMap((event) => {
    if (event.type === 'guard' && !read.has(`guard.${event.guard}`)) {
      const what = event.then === 'stop' ? 'stopped the timeline' : `ended step '${event.step}'`;
      return [`guard '${event.guard}' ${what} at ${durationText(event.t)}: ${event.text}`];
    }
    if (event.type === 'act' && event.rc !== event.expected) {
      const how = event.problem ?? `exit code ${String(event.rc)}`;
      const said = event.output.trim().split('\n').at(-1) ?? '';
      const last = said === '' ? '' : ` (${said})`;
      const wanted = `${String(event.expected)} was expected`;
      return [`act '${event.step}' as ${event.node}: ${how} where ${wanted}${last}`];
    }
    return [];
  });
}
